import { Inject, Injectable } from '@nestjs/common';
import { isId, type Caller } from '@steelyard/kernel';
import { publishingErrors } from './errors.js';
import { Publications, type PublicationKey, type PublicationPage } from './persistence/publications.repository.js';
import { PublicationSignals } from './publication-signals.js';
import type { EventRecord, PublicationRecord } from './publication.js';

/** Reading publications: as they stand, and as they go on. Only those of the caller's organization. */
@Injectable()
export class FollowPublication {
  constructor(
    @Inject(Publications) private readonly publications: Publications,
    @Inject(PublicationSignals) private readonly signals: PublicationSignals,
  ) {}

  async find(caller: Caller, id: string): Promise<PublicationRecord | undefined> {
    return isId(id) ? this.publications.find({ tenantId: caller.organizationId, id }) : undefined;
  }

  /** Newest first. @param page.afterId gives those that are older than this one */
  list(caller: Caller, page: PublicationPage): Promise<PublicationRecord[]> {
    return this.publications.list(caller.organizationId, page);
  }

  async eventsOf(key: PublicationKey): Promise<EventRecord[]> {
    return (await this.publications.read(key))?.events ?? [];
  }

  /**
   * Every event from the first on, past ones at once, then each as it happens; ends after the last. Ends too when the
   * reader calls `return`, also while it waits.
   * @throws AppError `PUBLISHING.PUBLICATION_NOT_FOUND`
   */
  async follow(caller: Caller, id: string): Promise<AsyncIterableIterator<EventRecord>> {
    if (!(await this.find(caller, id))) throw publishingErrors.PUBLICATION_NOT_FOUND({ id });
    const stop = new AbortController();
    const events = this.#events({ tenantId: caller.organizationId, id }, stop.signal);
    const following: AsyncIterableIterator<EventRecord> = {
      next: () => events.next(),
      // A generator's own `return` waits for a `next` that is under way, and that may wait for ever.
      return: () => {
        stop.abort();
        return events.return(undefined);
      },
      [Symbol.asyncIterator]: () => following,
    };
    return following;
  }

  async *#events(key: PublicationKey, stop: AbortSignal): AsyncGenerator<EventRecord, undefined> {
    const wakeUps = new WakeUps(stop);
    const unfollow = this.signals.follow(key.id, () => wakeUps.ring());
    try {
      let lastSeq = 0;
      while (!stop.aborted) {
        const found = await this.publications.read(key, lastSeq);
        for (const event of found?.events ?? []) {
          yield event;
          lastSeq = event.seq;
        }
        if (found?.status !== 'running') return undefined;
        await wakeUps.next();
      }
      return undefined;
    } finally {
      unfollow();
    }
  }
}

/** Remembers a ring that came while nobody waited. */
class WakeUps {
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(stop: AbortSignal) {
    stop.addEventListener('abort', () => this.ring(), { once: true });
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async next(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#rung = false;
    this.#wake = undefined;
  }
}
