import type { Control } from '../control.js';
import { StripeFailure } from '../state/stripe-failure.js';
import { answered, type Answered } from './reply.js';

const PREFIX = '/_control/';
/** What another process may do: the names of Control's methods, with their arguments as a JSON array in the body. */
const allowed = ['pay', 'payLater', 'finish', 'expire', 'authenticate', 'dispute', 'closeDispute', 'completeOnboarding', 'restrictAccount', 'addFunds', 'fail', 'clearFaults', 'letTimePass', 'violations'] as const;

export async function controlOverHttp(control: Control, { verb, path, body }: { verb: string; path: string; body: string }): Promise<Answered | undefined> {
  if (verb !== 'POST' || !path.startsWith(PREFIX)) return undefined;
  const name = allowed.find((each) => each === path.slice(PREFIX.length));
  if (!name) return answered(404, { message: `Not one of ${allowed.join(', ')}.` });
  try {
    const act = control[name].bind(control) as (...given: unknown[]) => unknown;
    return answered(200, (await act(...(JSON.parse(body || '[]') as unknown[]))) ?? {});
  } catch (failure) {
    if (failure instanceof StripeFailure) return answered(failure.status, { error: failure.error });
    throw failure;
  }
}
