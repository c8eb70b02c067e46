import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, sqlTransaction, type Database } from '@steelyard/platform-database';
import { billingErrors } from '../errors.js';
import { BILLING_CLOCK, type BillingClock } from '../clock.js';
import { checkPeriod, periodEndMs } from './period.js';

/** Closes months: what is used from then on is invoiced later, and the documents that the month owes are written down. */
@Injectable()
export class ClosePeriod {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(BILLING_CLOCK) private readonly clock: BillingClock,
  ) {}

  /**
   * Closes a month and those before it. Its documents are then made by the job.
   * @param period yyyymm, UTC
   * @returns false when it was closed already.
   * @throws AppError `BILLING.PERIOD_INVALID`, `BILLING.PERIOD_NOT_OVER`
   */
  async run(period: number, actorId: string): Promise<boolean> {
    checkPeriod(period);
    const overAtMs = periodEndMs(period);
    if ((await this.clock.nowMs()) < overAtMs) throw billingErrors.PERIOD_NOT_OVER({ period, overAt: new Date(overAtMs).toISOString() });
    const { rows } = await sqlTransaction(this.database.pool, (client) => client.query<{ closed: boolean }>('SELECT billing_close($1, $2) AS closed', [period, actorId]));
    return rows[0]!.closed;
  }
}
