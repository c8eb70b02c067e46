import type { RunDetails } from '../call.js';
import { createError } from '../create-error.js';
import type { RunOptions } from '../run-call.js';
import { PartQueue } from './part-queue.js';

/** `queued`: it waits behind others. `loading`: its model is being loaded for it. `running`: the model works on it. */
export type CallState = 'queued' | 'loading' | 'running';

export interface StreamOptions extends RunOptions {
  /** Told what the call waits for. */
  readonly onState?: ((state: CallState) => void) | undefined;
}

/**
 * A call whose answer comes in parts. Loop over it, once, and the parts come as the model makes them and no faster than you
 * take them; leaving the loop stops the model. The call is sent when the loop begins or `result` is asked for.
 */
export interface PredictionStream<P, O> extends AsyncIterable<P> {
  /** The whole answer, when the model has ended; without a loop the parts are passed over. Rejects as the loop throws. */
  readonly result: Promise<RunDetails<O>>;
}

/** What a call that is under way tells. */
export interface StreamSink<P> {
  /** Resolves when the part was taken. */
  part(part: P): Promise<void>;
}

type Start<P, O> = (sink: StreamSink<P>, left: AbortSignal) => Promise<RunDetails<O>>;

export function createPredictionStream<P, O>(start: Start<P, O>): PredictionStream<P, O> {
  const queue = new PartQueue<P>();
  const left = new AbortController();
  let running: Promise<RunDetails<O>> | undefined;
  let isLooped = false;

  function begin(): Promise<RunDetails<O>> {
    running ??= start({ part: (part) => queue.put(part) }, left.signal).finally(() => queue.end());
    // Whoever leaves the loop need not ask for the result.
    running.catch(() => undefined);
    return running;
  }

  async function* loop(): AsyncGenerator<P, void, undefined> {
    const result = begin();
    try {
      yield* queue.parts();
      await result;
    } finally {
      queue.passOver();
      left.abort();
    }
  }

  return {
    get result() {
      // A loop may begin right after somebody has asked.
      if (!isLooped) setTimeout(() => isLooped || queue.passOver(), 0);
      return begin();
    },
    [Symbol.asyncIterator]() {
      if (isLooped) throw createError({ kind: 'invalid', code: 'CLIENT.STREAM_TAKEN', message: 'the parts of a stream can be looped over once', charged: 'no' });
      isLooped = true;
      return loop();
    },
  };
}
