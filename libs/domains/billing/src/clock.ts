import { DATABASE, databaseNowMs, type Database } from '@steelyard/platform-database';

/** Tells billing the time, in milliseconds since the epoch. */
export interface BillingClock {
  nowMs(): Promise<number>;
}

/** What tells billing the time; tests give their own. */
export const BILLING_CLOCK = Symbol('steelyard:billing-clock');

/** The database's clock: a month is closed for good, and a server whose own clock is wrong must not do it too early. */
export const billingClock = {
  provide: BILLING_CLOCK,
  inject: [DATABASE],
  useFactory: (database: Database): BillingClock => ({ nowMs: () => databaseNowMs(database.pool) }),
};
