import type { ServerResponse } from 'node:http';
import type { Caller } from '@steelyard/kernel';

/** What every resolver finds in its context. */
export interface GraphqlContext {
  readonly caller: Caller | undefined;
  readonly requestId: string;
  /** Aborted when the client went away before the answer. */
  readonly signal?: AbortSignal;
}

/** The context of one HTTP request. Listening for the client's going costs something, so it begins when a resolver asks for the signal. */
export class HttpContext implements GraphqlContext {
  readonly #response: ServerResponse;
  #gone: AbortController | undefined;

  constructor(
    readonly caller: Caller | undefined,
    readonly requestId: string,
    response: ServerResponse,
  ) {
    this.#response = response;
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
