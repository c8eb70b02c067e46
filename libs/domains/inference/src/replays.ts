import { LRUCache } from 'lru-cache';
import type { PredictResult } from './predict-command.js';

const KEPT_BYTES = 64 * 1024 * 1024;
const KEPT_MS = 24 * 60 * 60 * 1000;
const ENTRY_OVERHEAD_BYTES = 512;
/** How often a charged call whose answer is gone is run again for nothing: enough for retries, too few to live on. */
const RERUNS_MAX = 3;
const RERUN_COUNTS_MAX = 100_000;

/** Calls with an idempotency key, by event id: those that run, and, as far as memory goes, the answers of those that ended. */
export class Replays {
  readonly #running = new Map<string, Promise<PredictResult>>();
  readonly #ended = new LRUCache<string, PredictResult & { readonly bytes: number }>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (entry) => entry.bytes + ENTRY_OVERHEAD_BYTES,
    ttl: KEPT_MS,
  });

  readonly #reruns = new LRUCache<string, number>({ max: RERUN_COUNTS_MAX, ttl: KEPT_MS });

  /** Notes a call that has begun, so that the same call waits for it instead of running twice. */
  track(eventId: string, result: Promise<PredictResult>): void {
    this.#running.set(eventId, result);
    const done = () => this.#running.delete(eventId);
    result.then(done, done);
  }

  keep(result: PredictResult, bytes: number): void {
    this.#ended.set(result.predictionId, { ...result, bytes });
  }

  find(eventId: string): Promise<PredictResult> | PredictResult | undefined {
    return this.#running.get(eventId) ?? this.#ended.get(eventId);
  }

  /** Counts one more run for nothing; false when there were enough of them. */
  mayRerun(eventId: string): boolean {
    const count = this.#reruns.get(eventId) ?? 0;
    if (count >= RERUNS_MAX) return false;
    this.#reruns.set(eventId, count + 1);
    return true;
  }
}
