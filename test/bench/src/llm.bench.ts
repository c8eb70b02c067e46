/**
 * `npm run bench -- llm [rounds]`: little stories through the engine (a runner process, its protections, text in parts) against
 * bare node-llama-cpp in a process of its own, at 1, 4 and 8 in flight, on one thread each.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngineHost, type EngineHost } from '@steelyard/engine';
import { readPackageFolder } from '@steelyard/model-package';
import { repositoryRoot } from '@steelyard/test-support/platform';
import { decodeValue, encodeValue } from '@steelyard/wire';
import { generate, type GenerateOptions, type Generations } from './tools/generations.js';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';

const ROUNDS = Number(process.argv[2] ?? 5);
const IN_FLIGHT = [1, 4, 8];
const STORIES = 24;
const MODEL = join(repositoryRoot, 'plugins/models/tiny-stories');
const silent = { info() {}, warn() {}, error: (fields: Record<string, unknown>, message: string) => console.error(message, fields) };

const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-llm-'));
const engine = await startEngine();
const peer = await startPeer();
try {
  const cases: Record<string, unknown> = {};
  let headline = 0;
  for (const inFlight of IN_FLIGHT) {
    const options = { inFlight, total: Math.max(STORIES / 3, inFlight * 3) };
    await Promise.all([throughEngine(engine, { inFlight, total: inFlight }), throughPeer(peer, { inFlight, total: inFlight })]);
    const { ours, bare } = await interleave(ROUNDS, { ours: () => throughEngine(engine, options), bare: () => throughPeer(peer, options) });
    const speed = (results: readonly Generations[]) => results.map(({ tokensPerSecond }) => tokensPerSecond);
    const first = (results: readonly Generations[]) => results.map(({ firstTextMs }) => firstTextMs);
    headline = medianRatio(speed(ours!), speed(bare!));
    cases[`in_flight_${inFlight}`] = { ratio: headline, firstTextRatio: medianRatio(first(ours!), first(bare!)), engine: summary(ours!), bare: summary(bare!) };
  }
  const result: BenchResult = { bench: 'llm', ratio: headline, unit: 'tokens per second at 8 in flight, engine over bare node-llama-cpp', rounds: ROUNDS, cases };
  console.log(JSON.stringify(result));
} finally {
  peer.kill();
  await engine.close();
  await rm(dir, { recursive: true, force: true });
}

async function startEngine(): Promise<EngineHost> {
  const { manifest } = await readPackageFolder(MODEL);
  const model = { dir: join(dir, 'model'), manifest, tuning: { batchSize: 8, threads: 1, threadsAlone: 1, replicas: 1 } };
  await mkdir(model.dir);
  await cp(join(MODEL, 'model.gguf'), join(model.dir, 'model.gguf'));
  await writeFile(join(model.dir, 'manifest.json'), JSON.stringify(manifest));
  return createEngineHost({
    runnerEntry: fileURLToPath(import.meta.resolve('@steelyard/runner')),
    store: { materialize: () => Promise.resolve(model) },
    log: silent,
    metrics: { batch() {}, runnerExit() {}, loaded() {}, refused() {} },
    workDir: join(dir, 'engine'),
    limits: { maxRunners: 1 },
  });
}

async function startPeer(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('peers/bare-llama.js', import.meta.url)), [join(MODEL, 'model.gguf')]);
  await once(child, 'message');
  return child;
}

function throughEngine(host: EngineHost, options: GenerateOptions): Promise<Generations> {
  return generate(options, async (prompt, onText) => {
    const answer = await host.run({
      id: String(prompt.seed),
      tenantId: 'bench',
      model: { digest: 'tiny-stories', label: 'bench/tiny-stories@1.0.0' },
      input: encodeValue({ ...prompt, temperature: 0.8 }),
      deadlineAtMs: Date.now() + 60_000,
      onPart: (part) => onText((decodeValue(part) as { text: string }).text),
    });
    return (decodeValue(answer.output) as { usage: { outputTokens: number } }).usage.outputTokens;
  });
}

async function throughPeer(child: ChildProcess, options: GenerateOptions): Promise<Generations> {
  child.send(options);
  const [result] = (await once(child, 'message')) as [Generations];
  return result;
}

function summary(results: readonly Generations[]): Record<string, number> {
  return { tokensPerSecond: round(median(results.map((result) => result.tokensPerSecond))), firstTextMs: round(median(results.map((result) => result.firstTextMs))) };
}
