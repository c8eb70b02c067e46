import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@steelyard/client';
import { cliErrors } from '../errors.js';
import { postSignIn, type TerminalSession } from './terminal-session.js';

/** What a person must do on another device. */
export interface DeviceCode {
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same address with the code in it. */
  readonly verificationUriComplete: string;
}

interface DeviceAttempt extends DeviceCode {
  readonly attempt: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

/**
 * Signs in without a browser on this machine (RFC 8628): the person enters a code on another one.
 * @throws AppError `CLI.SIGN_IN_TIMED_OUT`, SteelyardError
 */
export async function signInByDevice(client: Client, show: (code: DeviceCode) => void): Promise<TerminalSession> {
  const { body: begun } = await postSignIn<DeviceAttempt>(client, '/auth/device/begin', {});
  show(begun);
  const untilMs = Date.now() + begun.expiresInSeconds * 1_000;
  let waitSeconds = begun.intervalSeconds;
  while (Date.now() < untilMs) {
    await pause(waitSeconds * 1_000);
    const { status, body } = await postSignIn<TerminalSession & { intervalSeconds?: number }>(client, '/auth/device/poll', { attempt: begun.attempt });
    if (status === 200) return body;
    waitSeconds = body.intervalSeconds ?? waitSeconds;
  }
  throw cliErrors.SIGN_IN_TIMED_OUT({});
}
