import { equal } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '@steelyard/domain-ledger';
import { newId } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import { openJournal, type Journal } from '@steelyard/platform-journal';
import { silentLogger } from '@steelyard/platform-observability';
import { Metering, type MeteringOptions } from '../metering.js';
import type { DoneRecord, IntentRecord } from '../record.js';
import type { RecoveryReport } from '../recovery/recover-log.js';

export interface Gateway {
  readonly metering: Metering;
  readonly journal: Journal;
  readonly report: RecoveryReport;
}

/** Gateways over log folders of one test, and a consumer and a provider for its calls. Its functions may be taken out of it. */
export class Gateways {
  dir!: string;
  ledger!: Ledger;
  consumer!: string;
  provider!: string;
  readonly #journals: Journal[] = [];
  readonly #meterings: Metering[] = [];

  constructor(private readonly database: () => Database) {}

  /** For each test anew. */
  begin(): this {
    this.dir = mkdtempSync(join(tmpdir(), 'steelyard-metering-'));
    this.ledger = new Ledger(this.database());
    this.consumer = newId();
    this.provider = newId();
    return this;
  }

  async end(): Promise<void> {
    for (const metering of this.#meterings.splice(0)) await metering.close();
    for (const journal of this.#journals.splice(0)) await journal.close().catch(() => undefined);
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** A gateway on the log folder of this test. */
  readonly start = async (options: Partial<MeteringOptions> = {}, on: Database = this.database(), at = this.dir): Promise<Gateway> => {
    const journal = await openJournal({ dir: at, sync: 'write' });
    this.#journals.push(journal);
    const metering = new Metering(on, journal, silentLogger, new Ledger(on), { flushIntervalMs: 1, retryMs: { first: 5, longest: 20 }, holdExpiryIntervalMs: 3_600_000, ...options });
    const report = await metering.recover();
    this.#meterings.push(metering);
    return { metering, journal, report };
  };

  /** Ends a gateway as a crash does: what it had in memory is gone. */
  readonly crash = async ({ metering, journal }: Gateway): Promise<void> => {
    this.#meterings.splice(this.#meterings.indexOf(metering), 1);
    await journal.close();
  };

  readonly intentOf = (eventId: string): IntentRecord => ({ eventId, consumerTenantId: this.consumer, modelId: newId(), versionId: newId(), startedAtMs: Date.now() });

  readonly done = (given: Partial<DoneRecord> = {}): DoneRecord => ({
    eventId: newId(),
    consumerTenantId: this.consumer,
    providerTenantId: this.provider,
    keyId: 'key"1\\',
    modelId: newId(),
    versionId: newId(),
    priceId: newId(),
    status: 'succeeded',
    unit: 'request',
    quantity: 1n,
    amountNano: 100n,
    feeNano: 15n,
    currency: 'usd',
    queueMicros: 10,
    computeMicros: 20,
    totalMicros: 30,
    occurredAtMs: Date.now(),
    ...given,
  });

  readonly failure = (given: Partial<DoneRecord> = {}): DoneRecord => this.done({ status: 'failed', errorCode: 'ENGINE.X', quantity: 0n, amountNano: 0n, feeNano: 0n, ...given });

  readonly credit = (amountNano: bigint, on = this.ledger): Promise<unknown> => on.credit({ tenantId: this.consumer, amountNano, currency: 'usd', reason: 'test', transferId: newId() });

  readonly reserve = async (amountNano: bigint, given: { eventId?: string; expiresAtMs?: number } = {}, on = this.ledger): Promise<string> => {
    const eventId = given.eventId ?? newId();
    const result = await on.reserve({ eventId, tenantId: this.consumer, currency: 'usd', amountNano, keyId: 'key', modelId: newId(), expiresAtMs: Date.now() + 60_000, ...given });
    equal(result.outcome, 'open');
    return eventId;
  };

  readonly usageOf = async (eventId: string, on = this.database()): Promise<Record<string, unknown>[]> =>
    (await on.pool.query<Record<string, unknown>>('SELECT * FROM usage_event WHERE id = $1', [eventId])).rows;

  readonly holdOf = async (eventId: string, on = this.database()): Promise<string | undefined> =>
    (await on.pool.query<{ state: string }>('SELECT state FROM ledger_hold WHERE id = $1', [eventId])).rows[0]?.state;

  readonly balanced = async (): Promise<boolean> => (await this.ledger.trialBalance()).every((row) => row.balanced);
}
