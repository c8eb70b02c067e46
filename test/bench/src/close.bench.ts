/**
 * `npm run bench -- close [events]`: closes a month of 1,000,000 calls: every invoice and statement of it, each call read, rated again, added up and
 * hashed, once for its consumer and once for its provider. The bar is 60 s. Before it a month of a tenth is closed, for what memory it takes: it must
 * not grow with the month. Then the largest invoice is downloaded and verified from its file.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosePeriod, DocumentNames, ExportDocument, IssueDocument, IssueDue, ReadDocuments } from '@steelyard/domain-billing';
import { ModelNames } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { Ledger } from '@steelyard/domain-ledger';
import { verifyDocument } from '@steelyard/invoice';
import { openDatabase } from '@steelyard/platform-database';
import { silentLogger } from '@steelyard/platform-observability';
import { seedMonth, type SeededMonth } from './seed/month-seed.js';
import { round, type BenchResult } from './tools/rounds.js';

const BAR_SECONDS = 60;
const events = Number(process.argv[2] ?? 1_000_000);
const clock = { nowMs: async () => Date.UTC(2027, 0, 2) };

const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
const database = await openDatabase({ dataDir: dir });
try {
  const names = new DocumentNames(database, new ModelNames(database, new OrganizationHandles(database)));
  const closing = new ClosePeriod(database, clock);
  const issuing = new IssueDue(database, silentLogger, new IssueDocument(database, names, new Ledger(database), clock));
  const close = async (period: number) => {
    await closing.run(period, 'bench');
    return issuing.run();
  };
  const before = await seedMonth(database, { events: events / 10, period: 202610 });
  const small = await watched(() => close(202610));
  const month = await seedMonth(database, { events, period: 202611 });
  console.log(`${before.events} and ${month.events} calls are there`);
  const large = await watched(() => close(202611));
  const verified = await watched(() => verifyLargest(month));
  const balanced = (await new Ledger(database).trialBalance()).every((row) => row.balanced);
  if (!balanced || large.result !== 6) throw new Error(`${large.result} documents were issued, and the ledger is ${balanced ? '' : 'not '}balanced`);
  const result: BenchResult = {
    bench: 'close',
    ratio: round(BAR_SECONDS / ((large.seconds * 1_000_000) / events)),
    unit: `bar of ${BAR_SECONDS} s over the seconds of closing 1,000,000 calls`,
    rounds: 1,
    cases: { tenth: figuresOf(events / 10, small), whole: figuresOf(events, large), verified: figuresOf(verified.result, verified) },
  };
  console.log(JSON.stringify(result));
} finally {
  await database.close();
  await rm(dir, { recursive: true, force: true });
}

async function verifyLargest({ consumers }: SeededMonth): Promise<number> {
  const documents = new ReadDocuments(database);
  const [invoice] = await documents.page(consumers[0]!, { kinds: ['invoice'], limit: 1 });
  const { parts } = await new ExportDocument(database, documents).run(consumers[0]!, invoice!.id);
  const verification = await verifyDocument(parts);
  if (!verification.valid) throw new Error(JSON.stringify(verification.difference));
  return verification.checked.rows;
}

interface Watched<T> {
  readonly result: T;
  readonly seconds: number;
  /** Of this process; what PostgreSQL takes beside it is not in it. */
  readonly cpuSeconds: number;
  /** The most that this process took meanwhile. */
  readonly rssMb: number;
  readonly heapMb: number;
}

async function watched<T>(work: () => Promise<T>): Promise<Watched<T>> {
  let [rss, heap] = [0, 0];
  const look = () => {
    const now = process.memoryUsage();
    [rss, heap] = [Math.max(rss, now.rss), Math.max(heap, now.heapUsed)];
  };
  const timer = setInterval(look, 20);
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  look();
  clearInterval(timer);
  return { result, seconds, cpuSeconds: (user + system) / 1_000_000, rssMb: Math.round(rss / 2 ** 20), heapMb: Math.round(heap / 2 ** 20) };
}

function figuresOf(count: number, { seconds, cpuSeconds, rssMb, heapMb }: Watched<unknown>) {
  return { calls: count, seconds: round(seconds), cpuSeconds: round(cpuSeconds), callsPerSecond: Math.round(count / seconds), rssMb, heapMb };
}
