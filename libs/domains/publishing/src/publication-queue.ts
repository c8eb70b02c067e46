/** Runs work given to it, so many at a time, in the order in which it came. */
export class PublicationQueue {
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(private readonly runningMax: number) {}

  /** How many are before the next one to come. 0: it starts at once. */
  get ahead(): number {
    return this.#running.size < this.runningMax ? 0 : this.#running.size - this.runningMax + this.#waiting.length + 1;
  }

  /** `work` must not reject. Nothing is started any more once the queue is closed. */
  add(work: () => Promise<void>): void {
    if (this.#closed) return;
    this.#waiting.push(work);
    this.#startNext();
  }

  #startNext(): void {
    if (this.#closed || this.#running.size >= this.runningMax) return;
    const work = this.#waiting.shift();
    if (!work) return;
    const running = work().finally(() => {
      this.#running.delete(running);
      this.#startNext();
    });
    this.#running.add(running);
    this.#startNext();
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Drops what waits, and waits for what runs, at most `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    this.#waiting.length = 0;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.idle(), new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)))]);
    clearTimeout(timer);
  }
}
