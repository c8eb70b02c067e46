import { lookup, type LookupAddress } from 'node:dns';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { hostOf, mayReach, outgoingProblem, type OutgoingPolicy } from './outgoing-address.js';

export interface OutgoingRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly policy: OutgoingPolicy;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Names to addresses; the system's resolver if absent. */
  readonly resolve?: Resolve;
}

export type Resolve = (host: string, answer: (error: Error | null, addresses?: readonly LookupAddress[]) => void) => void;

export type OutgoingAnswer = { readonly status: number } | { readonly problem: string };

/** More of an answer than that is not waited for. */
const ANSWER_BYTES_MAX = 64 * 1024;

const resolveBySystem: Resolve = (host, answer) => lookup(host, { all: true }, answer);

/**
 * Posts to an address that a stranger named, and tells the status of the answer: nothing of its body, which might be of the operator's network.
 * The name is resolved once, every address that it has must be allowed, and the connection goes to just those. Redirects are not followed.
 * Never throws: what went wrong is a `problem`, for whoever named the address.
 */
export async function postOutgoing(address: string, options: OutgoingRequest): Promise<OutgoingAnswer> {
  const problem = outgoingProblem(address, options.policy);
  if (problem !== undefined) return { problem: `The address ${problem}` };
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    return { status: await send(new URL(address), options, signal) };
  } catch (error) {
    if (timeout.aborted) return { problem: `There was no answer within ${options.timeoutMs / 1_000} s` };
    if (options.signal?.aborted) return { problem: 'This server stopped before there was an answer' };
    return { problem: error instanceof OutgoingProblem ? error.message : `It cannot be reached: ${(error as Error).message}` };
  }
}

/** Said in whole: why no connection was tried, or why it came to nothing. */
class OutgoingProblem extends Error {}

function send(url: URL, { headers, body, policy, resolve = resolveBySystem }: OutgoingRequest, signal: AbortSignal): Promise<number> {
  const request = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((done, fail) => {
    // A connection of its own: one that is kept might have been opened under another policy.
    const sent = request(url, { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, agent: false, signal, lookup: checkedLookup(hostOf(url), policy, resolve) });
    sent.on('error', fail);
    // Alone, without an error, after an answer that would make another protocol of the connection. The signal does nothing for a request that has ended.
    sent.on('close', () => fail(new OutgoingProblem('It closed the connection without an answer')));
    signal.addEventListener('abort', () => fail(signal.reason as Error), { once: true });
    sent.on('response', (response) => {
      done(response.statusCode!);
      let bytes = 0;
      response.on('error', () => undefined).on('data', (chunk: Buffer) => (bytes += chunk.length) > ANSWER_BYTES_MAX && response.destroy());
    });
    sent.end(body);
  });
}

/** What the socket asks for the addresses that it connects to, so that what is checked is what is used. */
function checkedLookup(host: string, policy: OutgoingPolicy, resolve: Resolve): LookupFunction {
  return (_host, { all }, answer) =>
    resolve(host, (error, addresses = []) => {
      const refused = addresses.find(({ address }) => !mayReach(address, host, policy));
      const problem = error || addresses.length === 0 ? new OutgoingProblem(`The name ${host} leads nowhere`) : refused && new OutgoingProblem(`${host} is at ${refused.address}, which is not a public address`);
      if (problem) return answer(problem, []);
      if (all) return answer(null, [...addresses]);
      answer(null, addresses[0]!.address, addresses[0]!.family);
    });
}
