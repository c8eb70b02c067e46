import type { StuckQuery } from '../../../generated/documents';

/** What Stripe was asked and somebody has to look at. */
export type StuckOperation = StuckQuery['outbox'][number];
