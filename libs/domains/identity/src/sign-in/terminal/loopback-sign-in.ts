import { Inject, Injectable } from '@nestjs/common';
import { Attempts } from '../attempts.js';
import { signInErrors } from '../errors.js';
import { IssuerClient } from '../issuer/issuer-client.js';
import { checkRedirectUri } from './redirect-uri.js';
import { OpenTerminalSession, type TerminalSession } from './terminal-session.js';

/** The sign-in of a terminal with a browser on the same machine (RFC 8252, 7.3): the browser is sent back to a port that the terminal listens on. */
@Injectable()
export class LoopbackSignIn {
  constructor(
    @Inject(IssuerClient) private readonly issuer: IssuerClient,
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(OpenTerminalSession) private readonly terminals: OpenTerminalSession,
  ) {}

  /** @throws AppError `SIGN_IN.REDIRECT_REFUSED`, `NOT_CONFIGURED`, `TERMINALS_NOT_CONFIGURED`, `ISSUER_UNREACHABLE` */
  async begin(wantedRedirect: string): Promise<{ attempt: string; authorizationUrl: string }> {
    const redirectUri = checkRedirectUri(wantedRedirect);
    const { url, ...expected } = await this.issuer.authorizationRequest('cli', redirectUri);
    return { attempt: await this.attempts.begin('loopback', { ...expected, redirectUri }), authorizationUrl: url.href };
  }

  /** @param callback the whole address that the browser came to. */
  async finish(attempt: string, callback: string, userAgent: string | undefined): Promise<TerminalSession> {
    if (!URL.canParse(callback)) throw signInErrors.REQUEST_INVALID({ problem: 'callback must be the whole address that the browser came to' });
    const { state, nonce, codeVerifier, redirectUri } = await this.attempts.take('loopback', attempt);
    const answerUrl = new URL(new URL(callback).search, redirectUri!);
    const answer = await this.issuer.redeem('cli', answerUrl, { state: state!, nonce: nonce!, codeVerifier: codeVerifier! });
    return this.terminals.open(answer, userAgent);
  }
}
