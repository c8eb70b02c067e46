import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Provider } from 'oidc-provider';
import { accountOf } from './account.js';
import { page, PAGE_POLICY } from './page.js';
import { signInPage } from './sign-in-page.js';

/** More than a form with one address needs. */
const BODY_BYTES_MAX = 4_096;

/** The page between a request to sign in and its answer: shows whom to be, takes whom. */
export function createInteraction(provider: Provider, suggested: readonly string[]) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const details = await provider.interactionDetails(request, response).catch(() => undefined);
    const action = `/interaction/${details?.uid ?? ''}`;
    if (!details) return send(response, 400, page('Sign-in expired', '<p>Go back to where you came from and sign in again.</p>'));
    if (request.method !== 'POST') return send(response, 200, signInPage({ action, suggested }));
    if (Number(request.headers['content-length'] ?? BODY_BYTES_MAX + 1) > BODY_BYTES_MAX) return send(response, 413, page('Too much', '<p>That is no address.</p>'));
    const typed = new URLSearchParams(await text(request)).get('email') ?? '';
    const email = accountOf(typed);
    if (email === undefined) return send(response, 400, signInPage({ action, suggested, refused: typed }));
    // Somebody who was another before begins anew; the vendor would first ask by a page with a script to sign out.
    if (details.session && details.session.accountId !== email) {
      await (await provider.Session.findByUid(details.session.uid))?.destroy();
      delete details.session;
      await details.save(details.exp - Math.floor(Date.now() / 1_000));
    }
    await provider.interactionFinished(request, response, { login: { accountId: email } }, { mergeWithLastSubmission: false });
  };
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-store' });
  response.end(html);
}
