interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

export interface CoalesceOptions {
  /** Most items of one run. */
  readonly batchMax: number;
}

/**
 * Collects what is asked within one turn of the event loop, and while a run is under way, and answers it by one run. One run
 * at a time: a second one would only wait for the first one's locks, and take its share of the batch from it.
 * @param run gives one result per item, in order; if it throws, all items of the batch fail with its error
 */
export function coalesce<T, R>(run: (items: readonly T[]) => Promise<readonly R[]>, { batchMax }: CoalesceOptions): (item: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = [];
  let running = false;

  const pump = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchMax);
      try {
        const results = await run(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, index) => resolve(results[index]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      // Those that just got their answer may ask again at once: let them into the next batch.
      await new Promise(setImmediate);
    }
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running) return;
      running = true;
      setImmediate(() => void pump());
    });
}
