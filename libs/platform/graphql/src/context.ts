import type { ServerResponse } from 'node:http';
import type { Caller, Identified, SignedInPerson } from '@steelyard/kernel';
import { goneSignal } from '@steelyard/platform-http';

/** What every resolver finds in its context. */
export interface GraphqlContext extends Identified {
  readonly requestId: string;
  /** Aborted when the client goes away; of a connection, so whoever listens stops with the answer. */
  readonly signal?: AbortSignal;
  /** The caller's trace; none within a subscription. */
  readonly traceparent?: string | string[] | undefined;
}

/** The context of one HTTP request. Listening for the client's going begins when a resolver asks for the signal. */
export class HttpContext implements GraphqlContext {
  readonly #response: ServerResponse;
  readonly caller: Caller | undefined;
  readonly person: SignedInPerson | undefined;

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
    return goneSignal(this.#response);
  }
}
