import { LRUCache } from 'lru-cache';

/** One model's calls through this door, as Triton's statistics extension counts them. Durations are in nanoseconds. */
interface Counts {
  succeeded: number;
  failed: number;
  successNs: number;
  failNs: number;
  queueNs: number;
  computeNs: number;
  lastMs: number;
}

const KEPT = 10_000;
const NS_PER_MS = 1_000_000;

/** Calls since this process began, for each organization by itself: what others call is no one's business. */
export class CallStatistics {
  readonly #counts = new LRUCache<string, Counts>({ max: KEPT });

  succeeded(key: string, { queueMs, computeMs, totalMs }: { readonly queueMs: number; readonly computeMs: number; readonly totalMs: number }): void {
    const counts = this.#of(key);
    counts.succeeded += 1;
    counts.successNs += totalMs * NS_PER_MS;
    counts.queueNs += queueMs * NS_PER_MS;
    counts.computeNs += computeMs * NS_PER_MS;
    counts.lastMs = Date.now();
  }

  failed(key: string, totalMs: number): void {
    const counts = this.#of(key);
    counts.failed += 1;
    counts.failNs += totalMs * NS_PER_MS;
  }

  /** As the statistics extension writes them. */
  read(key: string): object {
    const { succeeded, failed, successNs, failNs, queueNs, computeNs, lastMs } = this.#counts.get(key) ?? none();
    const duration = (count: number, ns: number) => ({ count, ns: Math.round(ns) });
    return {
      last_inference: lastMs,
      inference_count: succeeded,
      execution_count: succeeded,
      inference_stats: {
        success: duration(succeeded, successNs),
        fail: duration(failed, failNs),
        queue: duration(succeeded, queueNs),
        compute_input: duration(succeeded, 0),
        compute_infer: duration(succeeded, computeNs),
        compute_output: duration(succeeded, 0),
        cache_hit: duration(0, 0),
        cache_miss: duration(0, 0),
      },
      batch_stats: [],
    };
  }

  #of(key: string): Counts {
    let counts = this.#counts.get(key);
    if (!counts) this.#counts.set(key, (counts = none()));
    return counts;
  }
}

const none = (): Counts => ({ succeeded: 0, failed: 0, successNs: 0, failNs: 0, queueNs: 0, computeNs: 0, lastMs: 0 });
