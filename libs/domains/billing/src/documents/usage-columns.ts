import type { CallRow } from '@steelyard/invoice';
import type { PriceUnit } from '@steelyard/kernel';

/** The columns of `usage_event AS e` that documents are made of. */
export const USAGE_COLUMNS = 'e.id, e.model_id, e.version_id, e.price_id, e.status, e.unit, e.quantity, e.lines, e.free_quantity, e.amount_nano, e.fee_nano, e.currency, e.tag';

export interface UsageColumns {
  readonly id: string;
  readonly model_id: string;
  readonly version_id: string;
  readonly price_id: string;
  readonly status: 'succeeded' | 'failed';
  readonly unit: string;
  readonly quantity: string;
  readonly lines: readonly (readonly [PriceUnit, string, string])[] | null;
  readonly free_quantity: string;
  readonly amount_nano: string;
  readonly fee_nano: string;
  readonly currency: string;
  readonly tag: string;
}

/** A call as it is in a file: its consumer's with what it is tagged by, its provider's with the fee. */
export function toCall(row: UsageColumns, type: CallRow['type'], side: 'consumer' | 'provider'): CallRow {
  return {
    type,
    id: row.id,
    modelId: row.model_id,
    versionId: row.version_id,
    priceId: row.price_id,
    status: row.status,
    unit: row.unit,
    quantity: BigInt(row.quantity),
    lines: row.lines && row.lines.map(([unit, quantity, amountNano]) => ({ unit, quantity: BigInt(quantity), amountNano: BigInt(amountNano) })),
    freeQuantity: BigInt(row.free_quantity),
    amountNano: BigInt(row.amount_nano),
    currency: row.currency,
    ...(side === 'consumer' ? { tag: row.tag } : { feeNano: BigInt(row.fee_nano) }),
  };
}
