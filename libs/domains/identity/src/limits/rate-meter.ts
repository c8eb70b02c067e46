import { LRUCache } from 'lru-cache';

export const WINDOW_MS = 60_000;

/** How somebody stands against a limit. */
export interface Reading {
  readonly allowed: boolean;
  /** How many more may come at this moment. */
  readonly remaining: number;
  /** When the whole limit is there again. */
  readonly fullInMs: number;
  /** When one more may come; 0 where it may now. */
  readonly retryAfterMs: number;
}

/** Less than the shortest time between two requests, and more than what adding up fractions of milliseconds loses. */
const ROUNDING_MS = 1e-6;

/**
 * Counts requests against limits per minute by the generic cell rate algorithm (ITU-T I.371): all of a minute's may come at once, and from then
 * on they come back evenly. One number is kept of each who sends, and of so many at most: beyond that, who was silent longest is forgotten, which
 * gives them back what they had used.
 */
export class RateMeter {
  /** When each would have sent its last, had it sent evenly. */
  readonly #dueAtMs: LRUCache<string, number>;

  constructor(sizeMax: number) {
    this.#dueAtMs = new LRUCache({ max: sizeMax });
  }

  /** What one more would meet. Counts nothing. */
  read(id: string, perMinute: number, nowMs: number): Reading {
    const stepMs = WINDOW_MS / perMinute;
    const usedMs = Math.max((this.#dueAtMs.get(id) ?? nowMs) - nowMs, 0);
    const lackingMs = usedMs + stepMs - WINDOW_MS;
    const allowed = lackingMs <= ROUNDING_MS;
    return {
      allowed,
      remaining: Math.max(Math.floor((WINDOW_MS - usedMs + ROUNDING_MS) / stepMs), 0),
      fullInMs: usedMs,
      retryAfterMs: allowed ? 0 : lackingMs,
    };
  }

  /** Counts one, whether or not it is allowed. */
  count(id: string, perMinute: number, nowMs: number): void {
    this.#dueAtMs.set(id, Math.max(this.#dueAtMs.get(id) ?? nowMs, nowMs) + WINDOW_MS / perMinute);
  }

  get size(): number {
    return this.#dueAtMs.size;
  }
}
