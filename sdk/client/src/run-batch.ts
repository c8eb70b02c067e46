import type { CallResult } from './call.js';

/** One input of a batch, answered. `index` is its place in the inputs. */
export type BatchItem<O> =
  | { readonly index: number; readonly ok: true; readonly output: O; readonly prediction: CallResult['prediction'] }
  | { readonly index: number; readonly ok: false; readonly error: unknown };

export interface BatchPlan<I> {
  readonly inputs: Iterable<I> | AsyncIterable<I>;
  /** Calls in flight at once. */
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  run(input: I, index: number, signal: AbortSignal): Promise<CallResult>;
}

/**
 * Runs the inputs, some at once, and gives each answer when it is there: in the order of completion. One input's failure
 * is an item and does not stop the others. Leaving the loop cancels what is in flight; inputs are read no faster than needed.
 */
export async function* runBatch<I, O>(plan: BatchPlan<I>): AsyncGenerator<BatchItem<O>, void, undefined> {
  const stop = new AbortController();
  const signal = plan.signal ? AbortSignal.any([plan.signal, stop.signal]) : stop.signal;
  const source = iteratorOf(plan.inputs);
  const working = new Map<number, Promise<BatchItem<O>>>();
  let pulling: Promise<IteratorResult<I>> | undefined;
  let nextIndex = 0;
  let exhausted = false;
  try {
    for (;;) {
      if (!exhausted && !pulling && working.size < plan.concurrency) pulling = Promise.resolve(source.next());
      if (!pulling && working.size === 0) return;
      const event = await Promise.race([...working.values(), ...(pulling ? [pulling] : [])]);
      if ('index' in event) {
        working.delete(event.index);
        yield event;
        continue;
      }
      pulling = undefined;
      if (event.done) exhausted = true;
      else working.set(nextIndex, settled<O>(plan.run(event.value, nextIndex, signal), nextIndex++));
    }
  } finally {
    stop.abort();
    // A source that is still asked for its next input answers `return` only after it: not waited for.
    pulling?.catch(() => undefined);
    if (pulling) void Promise.resolve(source.return?.()).catch(() => undefined);
    else await source.return?.();
  }
}

async function settled<O>(call: Promise<CallResult>, index: number): Promise<BatchItem<O>> {
  try {
    const { output, prediction } = await call;
    return { index, ok: true, output: output as O, prediction };
  } catch (error) {
    return { index, ok: false, error };
  }
}

function iteratorOf<I>(inputs: Iterable<I> | AsyncIterable<I>): Iterator<I> | AsyncIterator<I> {
  return Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
}
