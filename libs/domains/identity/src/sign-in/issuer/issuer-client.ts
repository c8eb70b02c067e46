import { Inject, Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import type { IssuerClientName } from '../../people/open-session.js';
import { signInErrors } from '../errors.js';
import { FrontDoor, type Issuer } from '../front-door.js';
import { personOf, type IssuerAnswer } from './issuer-answer.js';
import { asRefusal } from './issuer-failure.js';

/** What of an attempt the answer to it is checked against. */
export interface ExpectedAnswer {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface AuthorizationRequest extends ExpectedAnswer {
  readonly url: URL;
}

export type DeviceRequest = Awaited<ReturnType<typeof oidc.initiateDeviceAuthorization>>;

export interface RenewedAnswer {
  /** Absent where the issuer sends no ID token along. */
  readonly subject: string | undefined;
  readonly refreshToken: string;
}

type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

const SCOPE = 'openid email profile offline_access';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const TIMEOUT_SECONDS = 10;

/** Speaks OpenID Connect with the issuer, for browsers (client `portal`) and terminals (client `cli`). */
@Injectable()
export class IssuerClient {
  readonly #configurations = new Map<string, Promise<oidc.Configuration>>();

  constructor(@Inject(FrontDoor) private readonly door: FrontDoor) {}

  /** Where to send somebody, and what to remember of it. */
  async authorizationRequest(client: IssuerClientName, redirectUri: string): Promise<AuthorizationRequest> {
    const { configuration } = await this.#reach(client);
    const [state, nonce, codeVerifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url, state, nonce, codeVerifier };
  }

  /** @throws AppError `SIGN_IN.ANSWER_REFUSED`, `DECLINED`, `EMAIL_MISSING`, `ISSUER_UNREACHABLE` */
  async redeem(client: IssuerClientName, answerUrl: URL, expected: ExpectedAnswer): Promise<IssuerAnswer> {
    const { configuration, issuer } = await this.#reach(client);
    const checks = { pkceCodeVerifier: expected.codeVerifier, expectedState: expected.state, expectedNonce: expected.nonce, idTokenExpected: true };
    const tokens = await this.#asked(issuer, oidc.authorizationCodeGrant(configuration, answerUrl, checks));
    return this.#answerFrom(tokens, configuration, issuer);
  }

  /** @throws AppError `SIGN_IN.DEVICE_UNSUPPORTED`, `ISSUER_UNREACHABLE` */
  async beginDevice(): Promise<DeviceRequest> {
    const { configuration, issuer } = await this.#reach('cli');
    if (!configuration.serverMetadata().device_authorization_endpoint) throw signInErrors.DEVICE_UNSUPPORTED({});
    return this.#asked(issuer, oidc.initiateDeviceAuthorization(configuration, { scope: SCOPE }));
  }

  /** Asks once whether somebody has let the device in. */
  async pollDevice(deviceCode: string): Promise<IssuerAnswer | 'pending' | 'too often'> {
    const { configuration, issuer } = await this.#reach('cli');
    try {
      const tokens = await oidc.genericGrantRequest(configuration, DEVICE_GRANT, { device_code: deviceCode });
      return await this.#answerFrom(tokens, configuration, issuer);
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError && error.error === 'authorization_pending') return 'pending';
      if (error instanceof oidc.ResponseBodyError && error.error === 'slow_down') return 'too often';
      throw asRefusal(error, issuer);
    }
  }

  /** Asks whether somebody may still come in. `refused` when not; throws where that cannot be said. */
  async renew(client: IssuerClientName, refreshToken: string): Promise<RenewedAnswer | 'refused'> {
    const { configuration, issuer } = await this.#reach(client);
    try {
      const tokens = await oidc.refreshTokenGrant(configuration, refreshToken);
      return { subject: tokens.claims()?.sub, refreshToken: tokens.refresh_token ?? refreshToken };
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return 'refused';
      throw asRefusal(error, issuer);
    }
  }

  async #answerFrom(tokens: Tokens, configuration: oidc.Configuration, issuer: Issuer): Promise<IssuerAnswer> {
    const proven = tokens.claims();
    if (!proven) throw signInErrors.ANSWER_REFUSED({ reason: 'it names nobody' });
    // Many issuers tell the address at their userinfo endpoint alone.
    const told = proven['email'] === undefined ? await this.#asked(issuer, oidc.fetchUserInfo(configuration, tokens.access_token, proven.sub)) : {};
    return { person: personOf(issuer.name, { ...told, ...proven }), refreshToken: tokens.refresh_token };
  }

  async #reach(client: IssuerClientName): Promise<{ configuration: oidc.Configuration; issuer: Issuer }> {
    const issuer = await this.door.issuer();
    const key = `${client} ${issuer.url.href}`;
    const configuration = this.#configurations.get(key) ?? discover(issuer, client);
    this.#configurations.set(key, configuration);
    try {
      return { configuration: await configuration, issuer };
    } catch (error) {
      this.#configurations.delete(key);
      throw asRefusal(error, issuer);
    }
  }

  async #asked<T>(issuer: Issuer, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw asRefusal(error, issuer);
    }
  }
}

async function discover(issuer: Issuer, name: IssuerClientName): Promise<oidc.Configuration> {
  const client = issuer[name];
  if (!client) throw signInErrors.TERMINALS_NOT_CONFIGURED({});
  const authentication = client.secret === undefined ? oidc.None() : oidc.ClientSecretBasic(client.secret);
  const inTheClear = issuer.url.protocol === 'http:' && isLoopback(issuer.url) ? [oidc.allowInsecureRequests] : [];
  // Signatures of ID tokens are checked too, though the standard leaves that open for tokens that come by https.
  return oidc.discovery(issuer.url, client.id, undefined, authentication, { timeout: TIMEOUT_SECONDS, execute: [oidc.enableNonRepudiationChecks, ...inTheClear] });
}

/** Only on its own machine may an issuer be spoken with in the clear. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
