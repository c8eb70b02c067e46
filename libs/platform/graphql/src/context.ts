import type { ServerResponse } from 'node:http';
import type { Caller, Identified, SignedInPerson } from '@steelyard/kernel';

/** What every resolver finds in its context. */
export interface GraphqlContext extends Identified {
  readonly requestId: string;
  /** Aborted when the client went away before the answer. */
  readonly signal?: AbortSignal;
  /** The caller's trace; none within a subscription. */
  readonly traceparent?: string | string[] | undefined;
}

/** The context of one HTTP request. Listening for the client's going costs something, so it begins when a resolver asks for the signal. */
export class HttpContext implements GraphqlContext {
  readonly #response: ServerResponse;
  readonly caller: Caller | undefined;
  readonly person: SignedInPerson | undefined;
  #gone: AbortController | undefined;

  constructor(
    identified: Identified,
    readonly requestId: string,
    response: ServerResponse,
  ) {
    this.caller = identified.caller;
    this.person = identified.person;
    this.#response = response;
  }

  get traceparent(): string | string[] | undefined {
    return this.#response.req.headers['traceparent'];
  }

  get signal(): AbortSignal {
    if (this.#gone) return this.#gone.signal;
    const gone = (this.#gone = new AbortController());
    const response = this.#response;
    if (response.destroyed && !response.writableFinished) gone.abort();
    response.once('close', () => response.writableFinished || gone.abort());
    return gone.signal;
  }
}
