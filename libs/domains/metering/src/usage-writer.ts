import type { Pool } from '@steelyard/platform-database';
import type { Logger } from '@steelyard/platform-observability';
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

/**
 * Writes a batch for good. One record that the database will never take must not hold up all others for ever: the batch is
 * halved until that record is alone, and it is kept as a `usage_recovery` row, whole, for a person to look at.
 * @throws what `pg` throws when the database is away or refuses to work; nothing of the failing part is written then
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
