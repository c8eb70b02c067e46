import type { CallState } from '@steelyard/dispatch';
import { decodeValue } from '@steelyard/wire';
import type { HoldRefusal } from './growing-hold.js';
import type { PredictEvent } from '../predict-command.js';
import type { CallDurations } from '../settle-call.js';
import type { TokenUsage } from '../units/measure.js';
import { usageOf } from '../units/tokens.js';

interface Entry {
  readonly event: PredictEvent;
  /** Lets the model go on. */
  readonly taken?: () => void;
}

/**
 * What a call tells while it runs, for one reader that takes it at its own pace: the engine may hand out the next part when
 * the reader has taken the last, so that nothing piles up here.
 */
export class CallFeed {
  readonly #waiting: Entry[] = [];
  readonly #left = new AbortController();
  readonly #openedAtMs = performance.now();
  /** Since when the runner that has it works on it; undefined while none does. */
  #runningAtMs: number | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  /** Aborted when the reader goes, or `caller` does. */
  readonly signal: AbortSignal;

  /** Parts that the reader has taken. */
  taken = 0;

  /** Set when the model sent a part that is none, or something of ours failed; the call is then over, at nobody's cost. */
  fault: Error | undefined;

  /** Set when no more could be held for the call; it is then over. */
  refusal: HoldRefusal | undefined;

  /** Asked before a part is given on, where the hold may not cover it; a part that it does not let through is dropped. */
  gate: (() => boolean | Promise<boolean>) | undefined;

  #came = 0;
  #lastPart: unknown;

  constructor(caller: AbortSignal | undefined) {
    this.signal = caller ? AbortSignal.any([caller, this.#left.signal]) : this.#left.signal;
  }

  /**
   * For a call that came to no answer with timings of its own. A runner's time counts from when it began: one that was lost before it, and
   * the wait for the next, count as waiting.
   */
  get durations(): CallDurations {
    const nowMs = performance.now();
    const runningAtMs = this.#runningAtMs ?? nowMs;
    return { queueMs: runningAtMs - this.#openedAtMs, computeMs: nowMs - runningAtMs };
  }

  /** Of the parts that came, whether they were taken or not. Where they do not say it, each is taken for one token. */
  get tokens(): TokenUsage {
    return usageOf(this.#lastPart) ?? { inputTokens: 0, outputTokens: this.#came };
  }

  readonly onState = (state: CallState): void => {
    this.#runningAtMs = state === 'running' ? performance.now() : undefined;
    this.#push({ event: { type: 'waits', state } });
  };

  /** Resolves when the reader has taken the part, or has gone. */
  readonly onPart = (bytes: Uint8Array): Promise<void> => {
    if (this.#ended || this.signal.aborted) return Promise.resolve();
    const part = this.#decode(bytes);
    if (this.fault !== undefined) return Promise.resolve();
    this.#came += 1;
    this.count(part);
    const passes = this.gate?.() ?? true;
    return passes === true ? this.#give(part) : Promise.resolve(passes).then((isCovered) => (isCovered ? this.#give(part) : undefined));
  };

  /** Takes what a part, or the whole answer, says of tokens for what was used so far. */
  count(part: unknown): void {
    this.#lastPart = part;
  }

  /** Nothing more is held for the call: it ends with what was given. */
  stop(refusal: HoldRefusal): void {
    this.refusal ??= refusal;
    this.#left.abort();
  }

  fail(fault: Error): void {
    this.fault ??= fault;
    this.#left.abort();
  }

  /** The call is over; what waits can still be taken. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The reader goes: what runs for it may stop. */
  leave(): void {
    this.#left.abort();
    for (const { taken } of this.#waiting.splice(0)) taken?.();
    this.end();
  }

  /** Rejects when the reader goes before `other` ends. */
  orLeft<T>(other: Promise<T> | T, reason: () => Error): Promise<T> {
    const left = new Promise<never>((_resolve, reject) => {
      const go = () => reject(reason());
      if (this.signal.aborted) go();
      else this.signal.addEventListener('abort', go, { once: true });
    });
    return Promise.race([other, left]);
  }

  async *events(): AsyncGenerator<PredictEvent, void> {
    for (;;) {
      const entry = this.#waiting.shift();
      if (entry) {
        this.#take(entry);
        yield entry.event;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((wake) => (this.#wake = wake));
      }
    }
  }

  #give(part: unknown): Promise<void> {
    return new Promise((taken) => this.#push({ event: { type: 'part', part }, taken }));
  }

  #take({ event, taken }: Entry): void {
    if (event.type !== 'part') return;
    this.taken += 1;
    taken?.();
  }

  #push(entry: Entry): void {
    this.#waiting.push(entry);
    this.#wake?.();
  }

  #decode(bytes: Uint8Array): unknown {
    try {
      return decodeValue(bytes);
    } catch (error) {
      this.fail(error as Error);
      return undefined;
    }
  }
}
