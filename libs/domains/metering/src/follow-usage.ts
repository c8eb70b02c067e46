import { Inject, Injectable } from '@nestjs/common';
import { AccountSignals } from '@steelyard/domain-ledger';
import { ReadUsage, type UsageRow } from './read-usage.js';
import type { Side } from './usage-filter.js';

const AT_A_TIME = 100;
/** Calls are known by when they were let in and arrive when they have ended: longer than any call takes. */
const LOOK_BACK_MS = 60 * 60 * 1_000;

/** Calls as they arrive in the usage table. */
@Injectable()
export class FollowUsage {
  constructor(
    @Inject(ReadUsage) private readonly usage: ReadUsage,
    @Inject(AccountSignals) private readonly signals: AccountSignals,
  ) {}

  /**
   * What has come since the last time, newest first, at most 100 of it and at most once a second, from now on until `signal` aborts. Of more than
   * 100 the oldest are left out, as is a call that was let in before the 100 newest: it is for watching, not for counting.
   */
  async *arrivals(tenantId: string, side: Side, signal: AbortSignal): AsyncGenerator<UsageRow[], void> {
    const period = { from: new Date(Date.now() - LOOK_BACK_MS) };
    let known: ReadonlySet<string> | undefined;
    for await (const _step of this.signals.changes(tenantId, signal)) {
      const newest = await this.usage.page(tenantId, { side, period, limit: AT_A_TIME - 1 });
      const arrived = known ? newest.filter(({ id }) => !known!.has(id)) : [];
      // Whatever is not among the newest now never will be again, so these are all that have to be known.
      known = new Set(newest.map(({ id }) => id));
      if (arrived.length > 0) yield arrived;
    }
  }
}
