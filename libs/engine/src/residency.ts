/** A model version as far as its place in memory is concerned. */
export interface Resident {
  /** Has a runner, and nothing waits or runs. */
  readonly evictable: boolean;
  /** Of `performance.now()`. */
  readonly usedAtMs: number;
  /** Ends its runner; {@link Residency.leave} follows. */
  evict(reason: 'evicted' | 'idle'): void;
}

/** How many runners there may be. To let another in, the least recently used idle one goes; when all are busy, it waits. */
export class Residency<R extends Resident> {
  readonly #maxRunners: number;
  readonly #resident = new Set<R>();
  readonly #waiting: { readonly resident: R; readonly admit: () => void }[] = [];

  constructor(maxRunners: number) {
    this.#maxRunners = maxRunners;
  }

  /** Resolves when there is room for a runner. */
  admit(resident: R): Promise<void> {
    if (this.#resident.size < this.#maxRunners) {
      this.#resident.add(resident);
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.push({ resident, admit: resolve });
      this.makeRoom();
    });
  }

  /** The runner is gone, or was not started after all. */
  leave(resident: R): void {
    this.#resident.delete(resident);
    const next = this.#waiting.shift();
    if (!next) return;
    this.#resident.add(next.resident);
    next.admit();
  }

  /** To be called when a resident has become idle. */
  makeRoom(): void {
    if (this.#waiting.length === 0) return;
    let oldest: R | undefined;
    for (const resident of this.#resident) {
      if (resident.evictable && (!oldest || resident.usedAtMs < oldest.usedAtMs)) oldest = resident;
    }
    oldest?.evict('evicted');
  }

  evictIdle(beforeMs: number): void {
    for (const resident of this.#resident) {
      if (resident.evictable && resident.usedAtMs < beforeMs) resident.evict('idle');
    }
  }
}
