import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { parseModelRef, type Caller } from '@steelyard/kernel';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { CatalogSignals } from '../catalog-signals.js';
import { catalogErrors } from '../errors.js';
import { CatalogReader } from '../graphql/catalog-reader.js';
import type { Channel } from '../graphql/catalog.graphql-types.js';

/** How often the owner is given the channels again while a canary runs: its figures move with every call. */
const CANARY_EVERY_MS = 5_000;

/** The channels of a model as they change. */
@Injectable()
export class FollowChannels {
  constructor(
    @Inject(CatalogSignals) private readonly signals: CatalogSignals,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  /**
   * Now, after each change, and for the owner every 5 s while a canary runs. Ends when the caller may see the model no more, or when the
   * reader calls `return`, also while it waits.
   * @throws CATALOG.REF_INVALID, CATALOG.MODEL_NOT_FOUND
   */
  async follow(caller: Caller | undefined, ref: string): Promise<AsyncIterableIterator<Channel[]>> {
    const model = await this.reader.model(caller, ref);
    const ownerId = model && (await this.handles.idOf(parseModelRef(ref)!.owner));
    if (ownerId === undefined) throw catalogErrors.MODEL_NOT_FOUND({ ref });
    const stop = new AbortController();
    const channels = this.#channels(caller, ref, { ownerId, stop: stop.signal });
    const following: AsyncIterableIterator<Channel[]> = {
      next: () => channels.next(),
      // A generator's own `return` waits for a `next` that is under way, and that may wait for ever.
      return: () => {
        stop.abort();
        return channels.return(undefined);
      },
      [Symbol.asyncIterator]: () => following,
    };
    return following;
  }

  async *#channels(caller: Caller | undefined, ref: string, { ownerId, stop }: { ownerId: string; stop: AbortSignal }): AsyncGenerator<Channel[], undefined> {
    let wake = new AbortController();
    const unfollow = this.signals.follow(ownerId, () => wake.abort());
    try {
      while (!stop.aborted) {
        // Before the reading: what changes meanwhile must not be slept through.
        wake = new AbortController();
        const model = await this.reader.model(caller, ref);
        if (!model) return undefined;
        const channels = await model.batch.channels(model.id);
        yield channels;
        await changed(AbortSignal.any([wake.signal, stop]), model.own && channels.some(({ canary }) => canary !== null));
      }
      return undefined;
    } finally {
      unfollow();
    }
  }
}

/** Waits for the signal; where figures move, not for longer than they keep. */
async function changed(signal: AbortSignal, figuresMove: boolean): Promise<void> {
  if (figuresMove) return pause(CANARY_EVERY_MS, undefined, { signal }).catch(() => undefined);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
