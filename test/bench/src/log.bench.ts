/**
 * `npm run bench -- log`: records per second that the usage log takes, each waited for by whoever sent it, at 1, 16, 64 and 512 in flight: with
 * group commit, synced (`fsync`) and only handed to the kernel (`write`), against one write and one fdatasync for each record, as a log
 * is written by hand. The same records, encoded the same way, on the same disk.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { donePayload } from '@steelyard/domain-metering';
import { newId } from '@steelyard/kernel';
import { openJournal } from '@steelyard/platform-journal';
import { encodeValue } from '@steelyard/wire';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';
import { usageRecord } from './tools/usage-record.js';

const ROUNDS = 5;
const ROUND_MS = 600;
const IN_FLIGHT = [1, 16, 64, 512];
const HEADLINE = 64;

interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
}

const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
const synced = await openJournal({ dir: join(dir, 'synced'), sync: 'fsync' });
const handed = await openJournal({ dir: join(dir, 'handed'), sync: 'write' });
const file = await open(join(dir, 'one-by-one'), 'a');
try {
  const append = { fsync: () => synced.append(payload()), write: () => handed.append(payload()), one_by_one: oneByOne() };
  const variants = Object.entries(append).flatMap(([name, send]) => IN_FLIGHT.map((clients) => [`${name} ${clients}`, () => drive(send, clients)] as const));
  for (const send of Object.values(append)) await drive(send, HEADLINE);
  const results = await interleave(ROUNDS, Object.fromEntries(variants));
  const rates = (name: string) => results[name]!.map(({ perSecond }) => perSecond);
  const cases = Object.fromEntries(
    IN_FLIGHT.map((clients) => [
      clients,
      { ratio: medianRatio(rates(`fsync ${clients}`), rates(`one_by_one ${clients}`)), ...Object.fromEntries(Object.keys(append).map((name) => [name, summary(results[`${name} ${clients}`]!)])) },
    ]),
  );
  const ratio = medianRatio(rates(`fsync ${HEADLINE}`), rates(`one_by_one ${HEADLINE}`));
  const result: BenchResult = { bench: 'log', ratio, unit: 'records on disk per second, 64 in flight, group commit over one fdatasync a record', rounds: ROUNDS, cases };
  console.log(JSON.stringify(result));
} finally {
  await Promise.all([synced.close(), handed.close(), file.close()]);
  await rm(dir, { recursive: true, force: true });
}

function payload(): unknown {
  return donePayload(usageRecord({ eventId: newId(), consumerTenantId: newId(), providerTenantId: newId(), amountNano: 100n }));
}

/** Records one after the other, for a file has one end. */
function oneByOne(): () => Promise<void> {
  let last = Promise.resolve();
  return () =>
    (last = last.then(async () => {
      await file.write(encodeValue(payload()));
      await file.datasync();
    }));
}

async function drive(send: () => Promise<unknown>, clients: number): Promise<Rate> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - startedAt < ROUND_MS) {
      const sentAt = performance.now();
      await send();
      latenciesMs.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { perSecond: latenciesMs.length / seconds, p50Ms: median(latenciesMs) };
}

function summary(rates: readonly Rate[]) {
  return { perSecond: Math.round(median(rates.map(({ perSecond }) => perSecond))), p50Ms: round(median(rates.map(({ p50Ms }) => p50Ms))) };
}
