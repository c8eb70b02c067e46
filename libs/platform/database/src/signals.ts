import type { Database } from './database.js';

/** Tells who follows something that it has changed, on whichever machine that was: one LISTEN for all followers. The payload of a NOTIFY is the key. */
export class Signals {
  readonly #followers = new Map<string, Set<() => void>>();
  #stopListening: (() => Promise<void>) | undefined;

  constructor(
    private readonly source: Pick<Database, 'listen'>,
    private readonly channel: string,
  ) {}

  async start(): Promise<void> {
    const ring = (key: string): void => this.#followers.get(key)?.forEach((heard) => heard());
    // After a gap anything may have happened.
    const onGap = (): void => [...this.#followers.keys()].forEach(ring);
    this.#stopListening = await this.source.listen(this.channel, ring, { onGap });
  }

  async stop(): Promise<void> {
    await this.#stopListening?.();
  }

  /** Calls `heard` at each change of what has this key until the function that it gives is called. */
  follow(key: string, heard: () => void): () => void {
    const followers = this.#followers.get(key) ?? new Set();
    this.#followers.set(key, followers.add(heard));
    return () => {
      followers.delete(heard);
      if (followers.size === 0 && this.#followers.get(key) === followers) this.#followers.delete(key);
    };
  }
}
