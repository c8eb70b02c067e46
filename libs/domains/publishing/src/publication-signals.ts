import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { PUBLICATION_CHANGED } from './persistence/publications.repository.js';

/** Tells who follows a publication that it has something new, on whichever machine it runs. One LISTEN for them all. */
@Injectable()
export class PublicationSignals implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #followers = new Map<string, Set<() => void>>();
  #stopListening: (() => Promise<void>) | undefined;

  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async onApplicationBootstrap(): Promise<void> {
    const ring = (id: string): void => this.#followers.get(id)?.forEach((heard) => heard());
    // After a gap anything may have happened.
    const onGap = (): void => [...this.#followers.keys()].forEach(ring);
    this.#stopListening = await this.database.listen(PUBLICATION_CHANGED, ring, { onGap });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#stopListening?.();
  }

  /** Calls `heard` at each change of the publication until the function that it gives is called. */
  follow(id: string, heard: () => void): () => void {
    const followers = this.#followers.get(id) ?? new Set();
    this.#followers.set(id, followers.add(heard));
    return () => {
      followers.delete(heard);
      if (followers.size === 0 && this.#followers.get(id) === followers) this.#followers.delete(id);
    };
  }
}
