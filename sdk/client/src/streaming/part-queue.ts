/** Hands parts from the one who reads the answer to the one who loops over it, no faster than they are taken. */
export class PartQueue<P> {
  readonly #waiting: { readonly part: P; readonly taken: () => void }[] = [];
  #ended = false;
  #passesOver = false;
  #wake: (() => void) | undefined;

  /** Resolves when the part was taken. */
  put(part: P): Promise<void> {
    if (this.#passesOver) return Promise.resolve();
    return new Promise((taken) => {
      this.#waiting.push({ part, taken });
      this.#wake?.();
    });
  }

  /** Nobody will take any more of them. */
  passOver(): void {
    this.#passesOver = true;
    for (const { taken } of this.#waiting.splice(0)) taken();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *parts(): AsyncGenerator<P, void, undefined> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next) {
        next.taken();
        yield next.part;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((wake) => (this.#wake = wake));
      }
    }
  }
}
