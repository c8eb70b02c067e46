const BATCH_MAX = 1_000;
const RETRY_MS = 1_000;
/** Of what was not given back by then, the time is over soon. */
const GIVE_UP_MS = 10 * 60_000;
/** More than a server is asked for in a minute; about 100 bytes each. */
const WAITING_MAX = 100_000;

/** Gives back what may be held for calls that were not let in, because no answer came: as soon as there is one. Holds that are left end with their time. */
export class GiveBack {
  /** By event id, the tick until which it is tried. */
  readonly #waiting = new Map<string, number>();
  #isWorking = false;

  constructor(private readonly release: (eventIds: readonly string[]) => Promise<void>) {}

  add(eventIds: readonly string[]): void {
    const untilTick = performance.now() + GIVE_UP_MS;
    for (const id of eventIds) if (this.#waiting.size < WAITING_MAX) this.#waiting.set(id, untilTick);
    if (this.#isWorking) return;
    this.#isWorking = true;
    void this.#work();
  }

  async #work(): Promise<void> {
    const batch = [...this.#waiting.keys()].slice(0, BATCH_MAX);
    try {
      await this.release(batch);
      for (const id of batch) this.#waiting.delete(id);
    } catch {
      const tick = performance.now();
      for (const [id, untilTick] of this.#waiting) if (untilTick <= tick) this.#waiting.delete(id);
      await new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
    if (this.#waiting.size > 0) void this.#work();
    else this.#isWorking = false;
  }
}
