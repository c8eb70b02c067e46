import { Inject, Injectable } from '@nestjs/common';
import { ATTEMPT_LIFETIME_MS, Attempts } from '../attempts.js';
import { IssuerClient, type DeviceRequest } from '../issuer/issuer-client.js';
import { OpenTerminalSession, type TerminalSession } from './terminal-session.js';

export interface BegunDevice {
  readonly attempt: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

/** Where a device's sign-in stands: let in, or to be asked about again after some seconds. */
export type DeviceState = { readonly session: TerminalSession } | { readonly intervalSeconds: number };

/** What the standards say where the issuer says nothing, and adds when it is asked too often (RFC 8628, 3.2 and 3.5). */
const INTERVAL_SECONDS = 5;

/** The sign-in of a terminal without a browser: a person enters its code on another machine. */
@Injectable()
export class DeviceSignIn {
  constructor(
    @Inject(IssuerClient) private readonly issuer: IssuerClient,
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(OpenTerminalSession) private readonly terminals: OpenTerminalSession,
  ) {}

  /** @throws AppError `SIGN_IN.NOT_CONFIGURED`, `TERMINALS_NOT_CONFIGURED`, `DEVICE_UNSUPPORTED`, `ISSUER_UNREACHABLE` */
  async begin(): Promise<BegunDevice> {
    const device = await this.issuer.beginDevice();
    const lifetimeMs = Math.min(device.expires_in * 1_000, ATTEMPT_LIFETIME_MS);
    return {
      attempt: await this.attempts.begin('device', { device }, lifetimeMs),
      userCode: device.user_code,
      verificationUri: device.verification_uri,
      verificationUriComplete: device.verification_uri_complete ?? device.verification_uri,
      expiresInSeconds: lifetimeMs / 1_000,
      intervalSeconds: device.interval ?? INTERVAL_SECONDS,
    };
  }

  /** Asks the issuer once. The attempt goes on until somebody is let in, or the issuer refuses. */
  async poll(attempt: string, userAgent: string | undefined): Promise<DeviceState> {
    const { device } = await this.attempts.look('device', attempt);
    const { device_code, interval = INTERVAL_SECONDS } = device as unknown as DeviceRequest;
    const answer = await this.issuer.pollDevice(device_code);
    if (answer === 'pending') return { intervalSeconds: interval };
    if (answer === 'too often') return { intervalSeconds: interval + INTERVAL_SECONDS };
    await this.attempts.take('device', attempt);
    return { session: await this.terminals.open(answer, userAgent) };
  }
}
