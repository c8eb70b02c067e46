import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { escapeHtml, page, PAGE_POLICY } from './page.js';

/** Asks for the code that a terminal shows. */
export function askForCode(context: KoaContextWithOIDC, _form: string, _answer?: ErrorOut, problem?: Error): void {
  const wrong = problem === undefined ? '' : '<p class="problem" id="problem" role="alert">That code is not known, has been used, or has expired.</p>';
  show(
    context,
    'Sign in a terminal',
    `<form method="post" action="${escapeHtml(verificationAddress(context))}">
${hidden('xsrf', secretOf(context))}
<label for="user-code">The code that the terminal shows</label>
${wrong}
<input id="user-code" name="user_code" type="text" autocomplete="off" autocapitalize="characters" required autofocus${problem ? ' aria-describedby="problem"' : ''}>
<button type="submit">Continue</button>
</form>`,
  );
}

/** Shows the code once more before it lets a terminal in: somebody may have been sent a link that is not theirs. */
export function confirmCode(context: KoaContextWithOIDC, _form: string, _client: unknown, _device: unknown, userCode: string): void {
  const form = (fields: string, button: string) => `<form method="post" action="${escapeHtml(verificationAddress(context))}">
${hidden('xsrf', secretOf(context))}${hidden('user_code', userCode)}${fields}
<button type="submit">${button}</button>
</form>`;
  show(
    context,
    'Sign in a terminal',
    `<p>Does your terminal show <strong>${escapeHtml(userCode)}</strong>? If you started no sign-in there, somebody else did.</p>
${form(hidden('confirm', 'yes'), 'Yes, sign it in')}
${form(hidden('abort', 'yes'), 'No')}`,
  );
}

export function saySignedIn(context: KoaContextWithOIDC): void {
  show(context, 'Signed in', '<p>The terminal is signed in. You may close this page.</p>');
}

export function sayFailed(context: KoaContextWithOIDC, answer: ErrorOut): void {
  show(context, 'Sign-in failed', `<p class="problem">${escapeHtml(answer.error_description ?? answer.error)}</p>\n<p>Go back to where you came from and try again.</p>`);
}

function show(context: KoaContextWithOIDC, title: string, body: string): void {
  context.type = 'html';
  context.set('content-security-policy', PAGE_POLICY);
  context.body = page(title, body);
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
}

function verificationAddress(context: KoaContextWithOIDC): string {
  return context.oidc.urlFor('code_verification');
}

/** What the form must carry so that no other site can send it. */
function secretOf(context: KoaContextWithOIDC): string {
  const secret: unknown = context.oidc.session?.state?.['secret'];
  return typeof secret === 'string' ? secret : '';
}
