import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DATABASE, Signals, type Database } from '@steelyard/platform-database';
import { ACCOUNTS_CHANGED } from './announcer.js';

/** Between two steps of one follower: a screen needs no more, and a busy organization would ring without end. */
const STEP_MS = 1_000;

/** Tells who follows an organization's accounts, by its id, that something was written to them: a charge, a failed call, a credit. */
@Injectable()
export class AccountSignals extends Signals implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(DATABASE) database: Database) {
    super(database, ACCOUNTS_CHANGED);
  }

  onApplicationBootstrap(): Promise<void> {
    return this.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.stop();
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
    const unfollow = this.follow(tenantId, ring);
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
}
