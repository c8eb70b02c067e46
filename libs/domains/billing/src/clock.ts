import { systemClock, type Clock } from '@steelyard/kernel';

/** What tells billing the time; tests give their own. */
export const BILLING_CLOCK = Symbol('steelyard:billing-clock');

export const billingClock = { provide: BILLING_CLOCK, useValue: systemClock satisfies Clock };
