import type { Pool } from '@steelyard/platform-database';
import type { Journal } from '@steelyard/platform-journal';
import type { Logger } from '@steelyard/platform-observability';
import { meteringErrors } from '../errors.js';
import { recoverUsage } from '../persistence/recover-usage.js';
import { readPayload } from '../log-payload.js';
import { whatCounts, type DoneRecord, type IntentRecord } from '../record.js';
import { writeUsage } from '../usage-writer.js';

export interface RecoveryReport {
  /** Records found after the checkpoint. */
  readonly replayed: number;
  /** Usage that the database did not have. */
  readonly charged: number;
  /** Calls that were begun and never ended; what they held was given back. */
  readonly abandoned: number;
  /** Usage that the database would not take; see `usage_recovery`. */
  readonly refused: number;
}

const BATCH_MAX = 1_000;

/**
 * Goes through what earlier runs left in the log: usage that may not have been written is written, and calls that never
 * ended are given up. May be broken off and done again at any point.
 * @throws AppError `METERING.RECORD_UNREADABLE`, `METERING.COUNTER_FULL`, `JOURNAL.CORRUPT`; what `pg` throws
 */
export async function recoverLog(journal: Journal, pool: Pool, log: Logger): Promise<RecoveryReport> {
  const report = { replayed: 0, charged: 0, abandoned: 0, refused: 0 };
  const unended = new Map<string, IntentRecord>();
  let batch = new Map<string, DoneRecord>();
  const write = async () => {
    const { inserted, refused } = await writeUsage(pool, log, [...batch.values()]);
    report.charged += inserted;
    report.refused += refused;
    batch = new Map();
  };
  for await (const { payload, position } of journal.replay()) {
    report.replayed += 1;
    const logged = readPayload(payload);
    if (!logged) throw meteringErrors.RECORD_UNREADABLE({ position: JSON.stringify(position), reason: 'its version or kind is unknown' });
    if (logged.kind === 'intent') {
      unended.set(logged.record.eventId, logged.record);
    } else {
      const { eventId } = logged.record;
      unended.delete(eventId);
      batch.set(eventId, whatCounts(batch.get(eventId), logged.record));
      if (batch.size >= BATCH_MAX) await write();
    }
  }
  await write();
  report.abandoned = unended.size;
  await giveUp(pool, [...unended.values()]);
  await journal.checkpoint({ epoch: journal.epoch, segment: 0, offset: 0 });
  return report;
}

async function giveUp(pool: Pool, intents: readonly IntentRecord[]): Promise<void> {
  for (let at = 0; at < intents.length; at += BATCH_MAX) {
    const recoveries = intents.slice(at, at + BATCH_MAX).map((intent) => ({
      eventId: intent.eventId,
      consumerTenantId: intent.consumerTenantId,
      action: 'void' as const,
      detail: `begun at ${new Date(intent.startedAtMs).toISOString()} for version ${intent.versionId}; the process ended before it did`,
    }));
    await recoverUsage(pool, recoveries);
  }
}
