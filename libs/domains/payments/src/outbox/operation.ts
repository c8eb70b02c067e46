import type { AppError } from '@steelyard/kernel';
import type { Tx } from '@steelyard/platform-database';
import type { Making } from '../stripe/payment-calls.js';

/** What Stripe can be asked to do. */
export type OperationKind = 'customer' | 'checkout' | 'charge' | 'refund' | 'account' | 'payout' | 'reversal';

/** `sent`: what became of it is not known. `stuck`: somebody has to look. */
export type OperationState = 'pending' | 'sent' | 'done' | 'failed' | 'stuck';

export interface Operation {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: OperationKind;
  /** Names it for good. */
  readonly key: string;
  readonly subjectId: string;
  readonly state: OperationState;
  readonly revision: number;
  readonly attempts: number;
  readonly firstSentAt: Date | null;
  readonly createdAt: Date;
}

/** How one kind of operation is done. `send` and `find` ask Stripe, outside of any transaction; the others write, within one. */
export interface OperationHandler<Made = unknown> {
  readonly kinds: readonly OperationKind[];
  /**
   * Has Stripe do it, under the idempotency key of `making`.
   * @throws AppError `PAYMENTS.NOT_READY` before anything was asked, if something has to be there first
   */
  send(operation: Operation, making: Making): Promise<Made>;
  /** What Stripe has made of it, if it has, found without the idempotency key. */
  find(operation: Operation): Promise<Made | undefined>;
  /** Writes down what Stripe has made. Gives its id. */
  done(tx: Tx, operation: Operation, made: Made): Promise<string>;
  /** Takes back what was written for it: it will not happen. */
  refused(tx: Tx, operation: Operation, error: AppError): Promise<void>;
  /**
   * Kinds whose keys say what they are for, so that the same one is asked for again where the database has forgotten it: after it was restored from a backup.
   * They are looked up before they are sent for the first time, too.
   */
  readonly lookedUpFirst?: readonly OperationKind[];
  /** For refusals that somebody can do something about: what to do before it is tried again. */
  remedy?(error: AppError): string | undefined;
}

/** Stripe forgets idempotency keys after 24 hours; an hour less, for clocks and requests under way. */
export const KEY_COUNTS_MS = 23 * 60 * 60 * 1_000;

export function onceOf({ key, revision }: Pick<Operation, 'key' | 'revision'>): string {
  return revision === 0 ? key : `${key}#${revision}`;
}
