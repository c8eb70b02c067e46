/**
 * `npm run bench -- fairness [rounds]`: how long a quiet tenant waits for a model of some 5 ms, through the engine and a real runner:
 * alone, beside another tenant of whom 500 calls wait at any time, and, for contrast, in one line with them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEngine } from './tools/engine-in-process.js';
import { bertMini } from './onnx/graphs.js';
import { bodyOf, writePackage } from './onnx/package.js';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';

const ROUNDS = Number(process.argv[2] ?? 9);
const LOUD_CALLS = 500;
const QUIET_CALLS = 200;
/** In one line a call waits for all that came before: seconds. */
const CALLS_IN_LINE = 2;
/** The quiet tenant rests up to so long between two calls, so that they come at any time of a batch of the others. */
const REST_MS_MAX = 10;

interface Waits {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Calls of the other tenant that were answered meanwhile. */
  readonly loudPerSecond: number;
  /** Of both tenants, as the engine chose it. */
  readonly batchSize: number;
}

const source = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
const engine = startEngine();
const graph = bertMini();
const input: unknown = JSON.parse(bodyOf(graph, 0));
try {
  await writePackage(source, graph);
  await engine.addPackage(graph.name, source);
  const variants = {
    alone: () => waitsOf('quiet', QUIET_CALLS),
    beside: () => besideOthers(() => waitsOf('quiet', QUIET_CALLS)),
    in_line: () => besideOthers(() => waitsOf('loud', CALLS_IN_LINE)),
  };
  await variants.alone();
  const results = (await interleave(ROUNDS, variants)) as Record<keyof typeof variants, Waits[]>;
  const ratio = (name: keyof typeof variants, key: 'p50Ms' | 'p99Ms') => medianRatio(results[name].map((waits) => waits[key]), results.alone.map((waits) => waits[key]));
  const result: BenchResult = {
    bench: 'fairness',
    ratio: ratio('beside', 'p99Ms'),
    unit: `p99 of a quiet tenant beside ${LOUD_CALLS} waiting calls of another, over p99 alone`,
    rounds: ROUNDS,
    cases: {
      ...Object.fromEntries(Object.entries(results).map(([name, all]) => [name, summary(all)])),
      p50Ratio: ratio('beside', 'p50Ms'),
      inLineP50Ratio: ratio('in_line', 'p50Ms'),
    },
  };
  console.log(JSON.stringify(result));
} finally {
  await engine.close();
  await rm(source, { recursive: true, force: true });
}

/** Calls one after the other. */
async function waitsOf(tenantId: string, calls: number): Promise<Waits> {
  const waitsMs: number[] = [];
  for (let n = 0; n < calls; n++) {
    await pause(REST_MS_MAX * Math.random());
    const startedAtMs = performance.now();
    await engine.call(graph.name, input, { tenantId });
    waitsMs.push(performance.now() - startedAtMs);
  }
  const sorted = waitsMs.sort((a, b) => a - b);
  const percentile = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]!;
  return { p50Ms: percentile(0.5), p99Ms: percentile(0.99), loudPerSecond: 0, batchSize: engine.host.status().models[0]!.batchSize };
}

/** Keeps the other tenant's calls waiting while `work` goes on. */
async function besideOthers(work: () => Promise<Waits>): Promise<Waits> {
  const over = new AbortController();
  let answered = 0;
  const loud = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await engine.call(graph.name, input, { tenantId: 'loud', signal: over.signal });
      answered += 1;
    }
  };
  const clients = Array.from({ length: LOUD_CALLS }, () =>
    // What waits at the end is cancelled.
    loud().catch((error: unknown) => {
      if (!over.signal.aborted) throw error;
    }),
  );
  while (answered === 0) await pause(1);
  const [before, startedAtMs] = [answered, performance.now()];
  const waits = await work();
  const loudPerSecond = ((answered - before) * 1_000) / (performance.now() - startedAtMs);
  over.abort();
  await Promise.all(clients);
  return { ...waits, loudPerSecond };
}

function summary(all: readonly Waits[]): Waits {
  const of = (key: keyof Waits) => round(median(all.map((waits) => waits[key])));
  return { p50Ms: of('p50Ms'), p99Ms: of('p99Ms'), loudPerSecond: of('loudPerSecond'), batchSize: of('batchSize') };
}
