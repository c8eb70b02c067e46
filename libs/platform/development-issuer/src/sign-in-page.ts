import { nameOf } from './account.js';
import { escapeHtml, page } from './page.js';

export interface SignInPage {
  /** Where the form is sent. */
  readonly action: string;
  /** E-mail addresses to choose from with one click. */
  readonly suggested: readonly string[];
  /** What was typed when that was no address. */
  readonly refused?: string | undefined;
}

/** Asks who somebody wants to be. */
export function signInPage({ action, suggested, refused }: SignInPage): string {
  const problem = refused === undefined ? '' : '<p class="problem" id="problem" role="alert">That is not an e-mail address.</p>';
  const described = refused === undefined ? '' : ` aria-invalid="true" aria-describedby="problem" value="${escapeHtml(refused)}"`;
  return page(
    'Development sign-in',
    `<p>This server has no issuer configured. On this machine, and on no other, you may be anybody.</p>
${suggestions(action, suggested)}
<form method="post" action="${escapeHtml(action)}">
<label for="email">E-mail</label>
${problem}
<input id="email" name="email" type="email" autocomplete="email" required autofocus${described}>
<button type="submit">Sign in</button>
</form>`,
  );
}

function suggestions(action: string, suggested: readonly string[]): string {
  if (suggested.length === 0) return '';
  const items = suggested.map((email) => `<li><button type="submit" name="email" value="${escapeHtml(email)}">${escapeHtml(nameOf(email))} (${escapeHtml(email)})</button></li>`);
  return `<form method="post" action="${escapeHtml(action)}" aria-label="Suggested accounts">
<ul>
${items.join('\n')}
</ul>
</form>`;
}
