type Work = () => Promise<void>;

/**
 * Runs work given to it, so many at a time. One organization has no more than one running while others wait; of those that wait, organizations
 * take turns, and each has its own in the order in which it came.
 */
export class PublicationQueue {
  /** By organization, the one whose turn is next first. None is empty. */
  readonly #waiting = new Map<string, Work[]>();
  readonly #running = new Map<Promise<void>, string>();
  #closed = false;

  constructor(private readonly runningMax: number) {}

  /** How many of an organization wait. */
  waitingOf(organization: string): number {
    return this.#waiting.get(organization)?.length ?? 0;
  }

  /** How many are before the organization's next one to come. 0: it starts at once. */
  aheadOf(organization: string): number {
    if (this.#running.size < this.runningMax) return 0;
    const own = this.waitingOf(organization);
    const others = [...this.#waiting].filter(([other]) => other !== organization);
    return others.reduce((sum, [, waiting]) => sum + Math.min(waiting.length, own + 1), own + 1);
  }

  /** `work` must not reject. Nothing is started any more once the queue is closed. */
  add(organization: string, work: Work): void {
    if (this.#closed) return;
    this.#waiting.set(organization, [...(this.#waiting.get(organization) ?? []), work]);
    this.#startNext();
  }

  #startNext(): void {
    if (this.#closed || this.#running.size >= this.runningMax) return;
    const organization = this.#next();
    if (organization === undefined) return;
    const [work, ...rest] = this.#waiting.get(organization)!;
    this.#waiting.delete(organization);
    // Behind the others.
    if (rest.length > 0) this.#waiting.set(organization, rest);
    const running = work!().finally(() => {
      this.#running.delete(running);
      this.#startNext();
    });
    this.#running.set(running, organization);
    this.#startNext();
  }

  /** An organization that has one running already comes after all that have none. */
  #next(): string | undefined {
    const busy = new Set(this.#running.values());
    const waiting = [...this.#waiting.keys()];
    return waiting.find((organization) => !busy.has(organization)) ?? waiting[0];
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.keys());
  }

  /** Drops what waits, and waits for what runs, at most `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    this.#waiting.clear();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.idle(), new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)))]);
    clearTimeout(timer);
  }
}
