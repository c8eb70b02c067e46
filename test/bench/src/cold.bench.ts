/**
 * `npm run bench -- cold`: the first call of a version that is not loaded, through the engine with all its protections, against a
 * bare process that starts, loads the same model and runs it once; and a herd of 100 first calls.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from '@steelyard/test-support/platform';
import { startEngine } from './tools/engine-in-process.js';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';

const ROUNDS = 9;
const HERD = 100;
const model = join(repositoryRoot, 'plugins/models/digits');
const imagePath = join(model, 'samples', readdirSync(join(model, 'samples')).find((file) => file.endsWith('.png'))!);
const input = { image: readFileSync(imagePath) };

const engine = startEngine();
try {
  await engine.addPackage('digits', model);
  const cold = async (): Promise<number> => {
    await unloaded();
    return timed(() => engine.call('digits', input));
  };
  // The machine's protections are tried once, before the first runner.
  await cold();
  await bare();
  const { ours, theirs } = (await interleave(ROUNDS, { ours: cold, theirs: bare })) as { ours: number[]; theirs: number[] };
  const herd = await herdOnce();
  const result: BenchResult = {
    bench: 'cold',
    ratio: medianRatio(ours, theirs),
    unit: 'time to the first answer, engine over a bare process',
    rounds: ROUNDS,
    cases: { engineMs: round(median(ours)), bareMs: round(median(theirs)), addedMs: round(median(ours.map((ms, n) => ms - theirs[n]!))), herd },
  };
  console.log(JSON.stringify(result));
} finally {
  await engine.close();
}

async function unloaded(): Promise<void> {
  const digits = () => engine.host.status().models.find(({ digest }) => digest === 'digits');
  engine.host.unload('digits');
  while ((digits()?.runners.length ?? 0) > 0) await new Promise((later) => setTimeout(later, 5));
}

async function herdOnce(): Promise<Record<string, number>> {
  await unloaded();
  const before = engine.starts();
  let answered = 0;
  const allMs = await timed(() => Promise.all(Array.from({ length: HERD }, () => engine.call('digits', input).then(() => (answered += 1)))));
  return { calls: HERD, answered, loads: engine.starts() - before, allMs: round(allMs) };
}

async function bare(): Promise<number> {
  const peer = fileURLToPath(new URL('peers/cold-start.js', import.meta.url));
  return timed(async () => {
    const child = spawn(process.execPath, [peer, join(model, 'model.onnx'), imagePath], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' } });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    if (!line.toString().startsWith('answered')) throw new TypeError(`the bare process said ${line.toString()}`);
    child.kill('SIGKILL');
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}
