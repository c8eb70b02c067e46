import { isId } from '@steelyard/kernel';
import { ledgerErrors } from './errors.js';

/** The most that a counter of the database holds. */
export const AMOUNT_NANO_MAX = 2n ** 63n - 1n;

/** Money to be held on the wallet of `tenantId` for one call. */
export interface Reservation {
  /** The id of the call and of its hold; a UUID version 7 in lower case. */
  readonly eventId: string;
  readonly tenantId: string;
  readonly currency: string;
  /** What the call costs at most; 0 for a free one, which needs no balance. */
  readonly amountNano: bigint;
  /** The caller's, for a retry of the same call; counts for 24 hours within the tenant. */
  readonly idempotencyKey?: string | undefined;
  /** What was asked, to tell a retry from another call with the same key. */
  readonly requestHash?: Uint8Array | undefined;
  /** Who calls, as usage has it: for budgets of one key. */
  readonly keyId: string;
  readonly modelId: string;
  /** Free units of the model that the call may take, if all that it may need are left; then it holds no money. In parts of the unit. */
  readonly free?: { readonly unit: string; readonly limit: bigint; readonly quantity: bigint } | undefined;
  /** When the hold may be given up, if nobody has said what became of the call. */
  readonly expiresAtMs: number;
}

export type HoldState = 'open' | 'settled' | 'void' | 'expired';

export type ReserveOutcome =
  /**
   * The money is held. `eventId` is that of the reservation, but for a retry of a call whose hold had expired: then it is
   * that of the first try. Run and log the call under this id, so that late usage of the first try and that of this one are
   * one event, charged once.
   */
  | { readonly outcome: 'open'; readonly eventId: string; /** Taken from the free units: nothing is to be charged. */ readonly free: boolean }
  | { readonly outcome: 'insufficient'; readonly availableNano: bigint }
  /** A hard budget has less than that left. */
  | { readonly outcome: 'limited'; readonly availableNano: bigint; readonly budgetId: string }
  /** The key leads to an earlier call. A failed (`void`) call has given its key back and is not found. */
  | { readonly outcome: 'replay'; readonly eventId: string; readonly state: HoldState; readonly free: boolean }
  /** The key was used for another request. */
  | { readonly outcome: 'conflict' };

/**
 * What the statement for a whole batch would trip over must not get into one.
 * @throws AppError `LEDGER.RESERVATION_INVALID`
 */
export function checkReservation(reservation: Reservation): void {
  const { eventId, tenantId, currency, amountNano, idempotencyKey, keyId, modelId, free, expiresAtMs } = reservation;
  const reason = !isId(eventId)
    ? 'its event id is no UUID'
    : !isId(tenantId)
      ? 'its tenant id is no UUID'
      : !isCurrency(currency)
        ? 'its currency is no code'
        : amountNano < 0n || amountNano > AMOUNT_NANO_MAX
          ? 'its amount is out of range'
          : idempotencyKey?.includes('\0') || keyId.includes('\0')
            ? 'a key of it has a null character'
            : !isId(modelId)
              ? 'its model id is no UUID'
              : free && !(free.quantity > 0n && free.quantity <= AMOUNT_NANO_MAX && free.limit >= 0n && free.limit <= AMOUNT_NANO_MAX)
                ? 'its free units are out of range'
                : !Number.isFinite(new Date(expiresAtMs).getTime())
                  ? 'its end is no time'
                  : undefined;
  if (reason !== undefined) throw ledgerErrors.RESERVATION_INVALID({ reason });
}

export type ExtendOutcome =
  | { readonly outcome: 'open' }
  | { readonly outcome: 'insufficient'; readonly availableNano: bigint }
  | { readonly outcome: 'limited'; readonly availableNano: bigint; readonly budgetId: string }
  /** Nothing is held for the call any more. */
  | { readonly outcome: 'gone' };

export function isCurrency(text: string): boolean {
  return /^[a-z]{3}$/.test(text);
}
