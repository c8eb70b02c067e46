import type { Item, LoadedModel, RunContext } from '@steelyard/runtime-kit';

/** A run that somebody waits for, but for the whole answer only. */
export function runContext(signal: AbortSignal = new AbortController().signal): RunContext {
  return { signal, emit: nextTurn };
}

/** Every item in a run of its own, one after the other. */
export async function runSingly(model: LoadedModel, items: readonly Item[]): Promise<(Item | Error)[]> {
  const answers: (Item | Error)[] = [];
  for (const item of items) answers.push(...(await model.run([item], runContext())));
  return answers;
}

/** As a runner's `emit` does: whoever waits for it lets the process hear what comes in, such as a cancellation. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
