import { findFullCounter } from '@steelyard/domain-ledger';
import type { Pool } from '@steelyard/platform-database';
import type { Logger } from '@steelyard/platform-observability';
import { meteringErrors } from './errors.js';
import { flushUsage } from './persistence/flush-usage.js';
import { recoverUsage } from './persistence/recover-usage.js';
import type { DoneRecord } from './record.js';

export interface WrittenCounts {
  inserted: number;
  released: number;
  refused: number;
}

/** SQLSTATE classes that blame the data, what is too large for an index, and what a function of ours refuses, as ids that are years apart: sent again they fail again. */
const DATA_AT_FAULT = /^(22|23|54000|P0001)/;
/** SQLSTATE of a number that its column cannot take. */
const OUT_OF_RANGE = '22003';

/**
 * Writes a batch for good. One record that the database will never take must not hold up all others for ever: the batch is
 * halved until that record is alone, and it is kept as a `usage_recovery` row, whole, for a person to look at.
 * @throws what `pg` throws when the database is away or refuses to work; nothing of the failing part is written then.
 * AppError `METERING.COUNTER_FULL` where an account of the ledger cannot count a charge: that is no fault of the record, and true of all that come after it
 */
export async function writeUsage(pool: Pool, log: Logger, records: readonly DoneRecord[]): Promise<WrittenCounts> {
  if (records.length === 0) return { inserted: 0, released: 0, refused: 0 };
  try {
    return { ...(await flushUsage(pool, records)), refused: 0 };
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    if (!DATA_AT_FAULT.test(code)) throw error;
    const [first] = records;
    if (first && records.length === 1) {
      const kind = code === OUT_OF_RANGE ? await findFullCounter(pool, first) : undefined;
      if (kind !== undefined) throw meteringErrors.COUNTER_FULL({ kind, currency: first.currency }, error);
      const released = await refuse(pool, first, message);
      log.error({ eventId: first.eventId, err: error }, 'the database refuses a usage record; it is kept in usage_recovery and not charged');
      return { inserted: 0, released, refused: 1 };
    }
    const middle = records.length >> 1;
    const left = await writeUsage(pool, log, records.slice(0, middle));
    const right = await writeUsage(pool, log, records.slice(middle));
    return { inserted: left.inserted + right.inserted, released: left.released + right.released, refused: left.refused + right.refused };
  }
}

function refuse(pool: Pool, record: DoneRecord, reason: string): Promise<number> {
  const detail = JSON.stringify({ reason, record }, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return recoverUsage(pool, [{ eventId: record.eventId, consumerTenantId: record.consumerTenantId, action: 'refused', detail }]);
}
