/**
 * `npm run bench -- usage`: usage rows per second, in batches of 1000, our flush (rows, transfers, balances and holds in one
 * statement) against Prisma's `createMany` of the rows alone. Same table, same embedded PostgreSQL; also what each costs this
 * process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flushUsage, type DoneRecord } from '@steelyard/domain-metering';
import { newId } from '@steelyard/kernel';
import { openDatabase } from '@steelyard/platform-database';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';
import { usageRecord } from './tools/usage-record.js';

const ROUNDS = 7;
const BATCHES = 10;
const BATCH = 1_000;

interface Rate {
  readonly rowsPerSecond: number;
  readonly cpuMicrosPerRow: number;
}

const consumers = Array.from({ length: 50 }, () => newId());
const providers = Array.from({ length: 10 }, () => newId());
const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
const database = await openDatabase({ dataDir: dir });
try {
  await measure(flush);
  await measure(createMany);
  const results = await interleave(ROUNDS, { platform: () => measure(flush), create_many: () => measure(createMany) });
  const rates = (name: string) => results[name]!.map((rate) => rate.rowsPerSecond);
  const cases = { platform: summary(results['platform']!), create_many: summary(results['create_many']!) };
  const ratio = medianRatio(rates('platform'), rates('create_many'));
  const result: BenchResult = { bench: 'usage', ratio, unit: 'usage rows written and settled per second over rows of createMany', rounds: ROUNDS, cases };
  console.log(JSON.stringify(result));
} finally {
  await database.close();
  await rm(dir, { recursive: true, force: true });
}

async function flush(records: readonly DoneRecord[]): Promise<void> {
  await flushUsage(database.pool, records);
}

async function createMany(records: readonly DoneRecord[]): Promise<void> {
  const batchId = newId();
  const data = records.map(({ eventId, occurredAtMs, errorCode, lines: _lines, inputHash: _in, outputHash: _out, ...rest }) => ({ ...rest, id: eventId, batchId, errorCode: errorCode ?? null, occurredAt: new Date(occurredAtMs) }));
  await database.withPlatform((tx) => tx.usageEvent.createMany({ data, skipDuplicates: true }));
}

async function measure(write: (records: readonly DoneRecord[]) => Promise<void>): Promise<Rate> {
  const batches = Array.from({ length: BATCHES }, () =>
    Array.from({ length: BATCH }, (_, n) =>
      usageRecord({ eventId: newId(), consumerTenantId: consumers[n % 50]!, providerTenantId: providers[n % 10]!, amountNano: 1_000n + BigInt(n) }),
    ),
  );
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (const batch of batches) await write(batch);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { rowsPerSecond: (BATCHES * BATCH) / seconds, cpuMicrosPerRow: (user + system) / (BATCHES * BATCH) };
}

function summary(rates: readonly Rate[]) {
  return { rowsPerSecond: Math.round(median(rates.map((rate) => rate.rowsPerSecond))), cpuMicrosPerRow: round(median(rates.map((rate) => rate.cpuMicrosPerRow))) };
}
