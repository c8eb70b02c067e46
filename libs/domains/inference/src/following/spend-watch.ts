import type { Quantities } from '@steelyard/kernel';
import type { CallFeed } from './call-feed.js';
import { inferenceErrors } from '../errors.js';
import { measureAfter } from '../units/quantities.js';
import type { GrowingHold } from './growing-hold.js';

const LOOK_MS_MIN = 20;

/**
 * Watches what a followed call uses, at every part and, where its time is charged, by the clock; has its hold grow, and stops it when
 * that is refused.
 */
export class SpendWatch {
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(
    private readonly hold: GrowingHold,
    private readonly feed: CallFeed,
    private readonly most: Quantities,
  ) {
    feed.gate = () => this.#look();
    if (most.compute_second !== undefined) this.#schedule();
  }

  /** What may be charged of each unit. */
  get covered(): Quantities {
    return this.hold.covered;
  }

  /** Whether all that was used in the end is held; if not, the feed says why. */
  async covers(used: Quantities): Promise<boolean> {
    this.end();
    return this.#decide(this.hold.cover(used));
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #look(): boolean | Promise<boolean> {
    const { durations, tokens } = this.feed;
    const covered = this.hold.cover(measureAfter(this.most, { computeMs: durations.computeMs, tokens: () => tokens }));
    return covered === true || this.#decide(covered);
  }

  async #decide(covered: boolean | Promise<boolean>): Promise<boolean> {
    try {
      if (await covered) return true;
      const refusal = this.hold.refusal!;
      if (refusal.outcome === 'gone') this.feed.fail(inferenceErrors.HOLD_GONE({}));
      else this.feed.stop(refusal);
    } catch (error) {
      this.feed.fail(error as Error);
    }
    return false;
  }

  /** The next look is when half of the time that is held is used up, and a call that waits in the queue is looked at as often. */
  #schedule(): void {
    const { compute_second: micros = 0n } = this.hold.covered;
    const leftMs = Number(micros) / 1_000 - this.feed.durations.computeMs;
    this.#timer = setTimeout(() => void this.#tick(), Math.max(LOOK_MS_MIN, leftMs / 2));
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    if ((await this.#look()) && !this.#ended && this.hold.covered.compute_second !== this.most.compute_second) this.#schedule();
  }
}
