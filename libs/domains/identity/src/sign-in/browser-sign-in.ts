import { Inject, Injectable } from '@nestjs/common';
import { OpenSession, type OpenedSession } from '../people/open-session.js';
import { Attempts } from './attempts.js';
import { FrontDoor } from './front-door.js';
import { IssuerClient } from './issuer/issuer-client.js';
import { checkReturnPath } from './return-path.js';

export interface BegunSignIn {
  /** For the browser's cookie. */
  readonly handle: string;
  readonly authorizationUrl: URL;
}

export interface BrowserAnswer {
  readonly handle: string | undefined;
  /** What the issuer put into the address, with its question mark. */
  readonly search: string;
  readonly userAgent: string | undefined;
}

/** The sign-in of a browser: there and back again. */
@Injectable()
export class BrowserSignIn {
  constructor(
    @Inject(FrontDoor) private readonly door: FrontDoor,
    @Inject(IssuerClient) private readonly issuer: IssuerClient,
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(OpenSession) private readonly openSession: OpenSession,
  ) {}

  /** @throws AppError `SIGN_IN.RETURN_REFUSED`, `NOT_CONFIGURED`, `ISSUER_UNREACHABLE` */
  async begin(wantedReturn: unknown): Promise<BegunSignIn> {
    const returnTo = checkReturnPath(wantedReturn);
    const { url, ...expected } = await this.issuer.authorizationRequest('portal', this.#callback.href);
    return { handle: await this.attempts.begin('browser', { ...expected, returnTo }), authorizationUrl: url };
  }

  /** The attempt is over before its answer is looked at, so that no answer is looked at twice. */
  async finish({ handle, search, userAgent }: BrowserAnswer): Promise<OpenedSession & { readonly returnTo: string }> {
    const { state, nonce, codeVerifier, returnTo } = await this.attempts.take('browser', handle);
    const answerUrl = new URL(search, this.#callback);
    const answer = await this.issuer.redeem('portal', answerUrl, { state: state!, nonce: nonce!, codeVerifier: codeVerifier! });
    const { url } = await this.door.issuer();
    const opened = await this.openSession.open({ ...answer, kind: 'browser', userAgent, issuerClient: 'portal', issuerUrl: url });
    return { ...opened, returnTo: returnTo! };
  }

  get #callback(): URL {
    return new URL('/auth/callback', this.door.publicUrl);
  }
}
