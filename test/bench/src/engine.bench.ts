/**
 * `npm run bench -- engine`: what the engine itself costs, with the echo runtime, which computes nothing: calls per second and
 * processor time of this process per call, at 64 in flight, of one tenant and of 64; and parts per second of 8 streams.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngineHost, type EngineHost } from '@steelyard/engine';
import type { Manifest } from '@steelyard/model-package';
import { echoManifest } from '@steelyard/test-support/echo-manifest';
import { encodeValue } from '@steelyard/wire';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';

const ROUNDS = Number(process.argv[2] ?? 9);
const CALLS = 20_000;
const IN_FLIGHT = 64;
const STREAMS = 8;
const PARTS = 2_000;
const runnerEntry = fileURLToPath(new URL('../../../libs/runner/dist/index.js', import.meta.url));
const ignore = () => {};

interface Rate {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
const digests = { plain: {}, streaming: { parts: true } };
const manifestOf = (name: string): Manifest => echoManifest({ name, options: digests[name as keyof typeof digests], batchMax: 32, memoryMb: 64 });
for (const name of Object.keys(digests)) await writeModel(name);
const host = createEngineHost({
  runnerEntry,
  workDir: join(dir, 'work'),
  store: { materialize: (digest) => Promise.resolve({ dir: join(dir, digest), manifest: manifestOf(digest) }) },
  log: { info: ignore, warn: ignore, error: console.error },
  metrics: { batch: ignore, runnerExit: ignore, loaded: ignore, refused: ignore },
});
try {
  const variants = { one_tenant: () => calls(1), many_tenants: () => calls(IN_FLIGHT), parts: () => parts() };
  for (const variant of Object.values(variants)) await variant();
  const results = await interleave(ROUNDS, variants);
  const rates = (name: string) => results[name]!.map(({ perSecond }) => perSecond);
  const result: BenchResult = {
    bench: 'engine',
    ratio: medianRatio(rates('many_tenants'), rates('one_tenant')),
    unit: 'calls per second of 64 tenants over those of one',
    rounds: ROUNDS,
    cases: Object.fromEntries(Object.entries(results).map(([name, all]) => [name, summary(all)])),
  };
  console.log(JSON.stringify(result));
} finally {
  await host.close();
  await rm(dir, { recursive: true, force: true });
}

function calls(tenants: number): Promise<Rate> {
  const input = encodeValue({ n: 1, text: 'hello' });
  let left = CALLS;
  const client = async (_: unknown, place: number): Promise<void> => {
    while (left-- > 0) await host.run(requestOf('plain', input, `t${place % tenants}`));
  };
  return rate(CALLS, () => Promise.all(Array.from({ length: IN_FLIGHT }, client)));
}

function parts(): Promise<Rate> {
  const input = encodeValue({ text: 'word '.repeat(PARTS) });
  const stream = (_: unknown, place: number) => host.run({ ...requestOf('streaming', input, `t${place}`), onPart: ignore });
  return rate(STREAMS * PARTS, () => Promise.all(Array.from({ length: STREAMS }, stream)));
}

async function rate(count: number, work: () => Promise<unknown>): Promise<Rate> {
  const cpu = process.cpuUsage();
  const startedAtMs = performance.now();
  await work();
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: count / seconds, cpuMicros: (user + system) / count };
}

function requestOf(digest: string, input: Uint8Array, tenantId: string): Parameters<EngineHost['run']>[0] {
  return { id: '', tenantId, model: { digest, label: `bench/${digest}@1.0.0` }, input, deadlineAtMs: Date.now() + 60_000 };
}

async function writeModel(name: string): Promise<void> {
  await mkdir(join(dir, name));
  await writeFile(join(dir, name, 'manifest.json'), JSON.stringify(manifestOf(name)));
}

function summary(rates: readonly Rate[]) {
  return { perSecond: Math.round(median(rates.map(({ perSecond }) => perSecond))), cpuMicros: round(median(rates.map(({ cpuMicros }) => cpuMicros))) };
}
