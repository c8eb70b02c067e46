/**
 * `npm run bench -- soak [--minutes 10]`: mixed models under a memory budget that holds only some of them, with loads, evictions, a
 * crash now and then and pins that come and go. Prints how heap and resident memory of the engine's process grow per minute, and
 * what is left of files and processes afterwards.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { repositoryRoot } from '@steelyard/test-support/platform';
import { startEngine, type BenchEngine } from './tools/engine-in-process.js';
import { round, type BenchResult } from './tools/rounds.js';

const MIB = 1024 * 1024;
const { minutes } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } }).values;
const forMs = Number(minutes) * 60_000;
const CLIENTS = 6;
const SAMPLE_MS = 2_000;
/** Caches fill and code is compiled: not counted. */
const WARM_UP_SHARE = 0.25;
const PIN_MS = 5_000;
/** One call of so many ends the runner it comes to. */
const CRASH_EVERY = 400;
const BUDGET_MB = 150;
const RUNNERS_MAX = 5;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const models = join(repositoryRoot, 'plugins/models');
const image = { image: readFileSync(join(models, 'digits/samples', readdirSync(join(models, 'digits/samples')).find((file) => file.endsWith('.png'))!)) };
const row = (JSON.parse(readFileSync(join(models, 'breast-cancer/samples', readdirSync(join(models, 'breast-cancer/samples')).find((file) => file.endsWith('.json'))!), 'utf8')) as { input: unknown }).input;

interface Sample {
  readonly minute: number;
  readonly heapMb: number;
  readonly rssMb: number;
}

// Evictions come often when turns are short.
const engine = startEngine({ memoryMb: BUDGET_MB, maxRunners: RUNNERS_MAX, turnMs: 250, restartDelayMs: 10, failuresToOpen: 1_000 });
const inputs = await addModels(engine);
// What Node opens for its first child process stays open.
await engine.call('digits', image);
engine.host.unload('digits');
while (left()['childProcesses']! > 0) await new Promise((later) => setTimeout(later, 10));
const before = left();
const counts = { calls: 0, failed: 0, budgetExceededBy: 0 };
const failures: Record<string, number> = {};
const samples: Sample[] = [];
const startedAtMs = performance.now();
const isOver = (): boolean => performance.now() - startedAtMs >= forMs;
await Promise.all([...Array.from({ length: CLIENTS }, (_, n) => client(n)), pinning(), sampling()]);
const { ends } = engine;
const loads = engine.starts();
await engine.close();
collectGarbage();
const after = left();
const counted = samples.filter(({ minute }) => minute >= WARM_UP_SHARE * Number(minutes));
const heapSlope = slope(counted, ({ heapMb }) => heapMb);
const result: BenchResult = {
  bench: 'soak',
  ratio: round(heapSlope, 3),
  unit: 'MiB of heap per minute in the process of the engine',
  rounds: 1,
  cases: { minutes: Number(minutes), ...counts, failures, loads, ends, heapMbPerMinute: round(heapSlope, 3), rssMbPerMinute: round(slope(counted, ({ rssMb }) => rssMb), 3), samples: samples.length, first: counted[0], last: samples.at(-1), before, after },
};
console.log(JSON.stringify(result));

async function addModels({ addPackage, addEcho }: BenchEngine): Promise<Record<string, (n: number) => unknown>> {
  await addPackage('digits', join(models, 'digits'));
  await addPackage('breast-cancer', join(models, 'breast-cancer'));
  const crashing = (n: number) => ({ n, crash: n % CRASH_EVERY === 0 });
  const echoes = Array.from({ length: 5 }, (_, n) => `echo-${n}`);
  for (const [n, name] of echoes.entries()) addEcho(name, { crashOn: true, delayMs: n }, 50 * MIB);
  addEcho('words', { parts: true }, 60 * MIB);
  return { digits: () => image, 'breast-cancer': () => row, words: () => ({ text: 'one two three four' }), ...Object.fromEntries(echoes.map((name) => [name, crashing])) };
}

/** Stays with a model for a while, as people do, then goes on to another. */
async function client(place: number): Promise<void> {
  const names = Object.keys(inputs);
  for (let turn = place; !isOver(); turn += 1) {
    const name = names[(turn * 5 + place) % names.length]!;
    for (let n = 0; n < 20 && !isOver(); n += 1) await one(name, turn * 20 + n);
  }
}

async function one(name: string, n: number): Promise<void> {
  counts.calls += 1;
  try {
    await engine.call(name, inputs[name]!(n));
  } catch (error) {
    const { code = String(error) } = error as { code?: string };
    counts.failed += 1;
    failures[code] = (failures[code] ?? 0) + 1;
  }
}

async function pinning(): Promise<void> {
  for (let pinned = false; !isOver(); pinned = !pinned) {
    await engine.host.pin({ digest: 'digits', label: 'bench/digits@1.0.0' }, !pinned);
    await pause(PIN_MS);
  }
}

async function sampling(): Promise<void> {
  while (!isOver()) {
    await pause(SAMPLE_MS);
    collectGarbage();
    const { heapUsed, rss } = process.memoryUsage();
    samples.push({ minute: round((performance.now() - startedAtMs) / 60_000, 3), heapMb: round(heapUsed / MIB), rssMb: round(rss / MIB) });
    const { usedBytes, reservedBytes, budgetBytes = Infinity } = engine.host.status().devices[0]!;
    counts.budgetExceededBy = Math.max(counts.budgetExceededBy, Math.round((usedBytes + reservedBytes - budgetBytes) / MIB));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((over) => setTimeout(over, Math.max(0, Math.min(ms, forMs - (performance.now() - startedAtMs)))));
}

/** Open files of this process and processes below it. Linux only. */
function left(): Record<string, number> {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return { openFiles: readdirSync('/proc/self/fd').length, childProcesses: children.length };
}

/** Least squares, per minute. */
function slope(points: readonly Sample[], of: (sample: Sample) => number): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(({ minute }) => minute)), mean(points.map(of))];
  const [over, under] = [mean(points.map((point) => (point.minute - x) * (of(point) - y))), mean(points.map(({ minute }) => (minute - x) ** 2))];
  return under === 0 ? Number.NaN : over / under;
}
