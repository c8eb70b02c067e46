import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { ACCOUNTS_CHANGED } from './announcer.js';

/** Between two steps of one follower: a screen needs no more, and a busy organization would ring without end. */
const STEP_MS = 1_000;

/** Tells who follows an organization's accounts that something was written to them, on whichever server: a charge, a failed call, a credit. */
@Injectable()
export class AccountSignals implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #followers = new Map<string, Set<() => void>>();
  #stopListening: (() => Promise<void>) | undefined;

  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async onApplicationBootstrap(): Promise<void> {
    const ring = (tenantId: string): void => this.#followers.get(tenantId)?.forEach((heard) => heard());
    // After a gap anything may have happened.
    const onGap = (): void => [...this.#followers.keys()].forEach(ring);
    this.#stopListening = await this.database.listen(ACCOUNTS_CHANGED, ring, { onGap });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#stopListening?.();
  }

  /**
   * Steps at once, and then after each change to the organization's accounts, at most once a second; to look at them at each step is to miss
   * nothing. Ends when `signal` aborts.
   */
  async *changes(tenantId: string, signal: AbortSignal): AsyncGenerator<void, void> {
    let rung = false;
    let wake = (): void => undefined;
    const ring = (): void => {
      rung = true;
      wake();
    };
    const unfollow = this.#follow(tenantId, ring);
    signal.addEventListener('abort', ring, { once: true });
    try {
      while (!signal.aborted) {
        yield;
        await pause(STEP_MS, undefined, { signal, ref: false }).catch(() => undefined);
        if (!rung) await new Promise<void>((resolve) => (wake = resolve));
        rung = false;
      }
    } finally {
      signal.removeEventListener('abort', ring);
      unfollow();
    }
  }

  #follow(tenantId: string, heard: () => void): () => void {
    const followers = this.#followers.get(tenantId) ?? new Set();
    this.#followers.set(tenantId, followers.add(heard));
    return () => {
      followers.delete(heard);
      if (followers.size === 0 && this.#followers.get(tenantId) === followers) this.#followers.delete(tenantId);
    };
  }
}
