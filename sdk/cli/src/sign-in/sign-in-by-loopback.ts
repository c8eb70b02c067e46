import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '@steelyard/client';
import { cliErrors } from '../errors.js';
import { postSignIn, type TerminalSession } from './terminal-session.js';

export interface LoopbackOptions {
  /** Told the address to open; the person signs in there. */
  readonly open: (address: string) => void;
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 5 * 60_000;

/**
 * Signs in with a browser on this machine (RFC 8252, section 7.3): the issuer sends the browser back to a port that is open for this one answer.
 * @throws AppError `CLI.SIGN_IN_TIMED_OUT`, SteelyardError
 */
export async function signInByLoopback(client: Client, { open, timeoutMs = TIMEOUT_MS }: LoopbackOptions): Promise<TerminalSession> {
  const { server, origin, answer } = await listen();
  const timer = new AbortController();
  try {
    const { body } = await postSignIn<{ attempt: string; authorizationUrl: string }>(client, '/auth/terminal/begin', { redirectUri: `${origin}/callback` });
    open(body.authorizationUrl);
    const callback = await Promise.race([answer, expiry(timeoutMs, timer.signal)]);
    return (await postSignIn<TerminalSession>(client, '/auth/terminal/finish', { attempt: body.attempt, callback })).body;
  } finally {
    timer.abort();
    server.close();
    server.closeAllConnections();
  }
}

async function listen(): Promise<{ server: Server; origin: string; answer: Promise<string> }> {
  let heard!: (callback: string) => void;
  const answer = new Promise<string>((resolve) => (heard = resolve));
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', origin());
    response.setHeader('content-type', 'text/plain; charset=utf-8').setHeader('connection', 'close');
    if (request.method !== 'GET' || address.pathname !== '/callback' || !address.searchParams.has('state')) {
      response.writeHead(404).end('There is nothing here.\n');
      return;
    }
    response.end('Done. You can close this window and go back to the terminal.\n', () => heard(address.href));
  });
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return { server, origin: origin(), answer };
}

function expiry(timeoutMs: number, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timeout = setTimeout(() => reject(cliErrors.SIGN_IN_TIMED_OUT({})), timeoutMs);
    signal.addEventListener('abort', () => clearTimeout(timeout));
  });
}
