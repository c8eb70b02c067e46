/**
 * `npm run bench -- onnx [graph ...]`: graphs of the sizes of an MLP, LeNet, BERT-mini and ResNet-18 through the platform, everything
 * on (key, price, hold, usage log with fsync), tensors in and out as JSON and as CBOR, against the server a Node user would write by hand
 * (the better of one and two threads, at each level) and against the raw loop (at its best batch, threads and processes).
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { RunningPlatform } from '@steelyard/test-support/platform';
import { encodeValue } from '@steelyard/wire';
import { load } from './tools/load.js';
import { bertMini, lenet, mlp, resnet18, type BenchGraph } from './onnx/graphs.js';
import { bodyOf, writePackage } from './onnx/package.js';
import { measured, type Measured, type Target } from './tools/server-cpu.js';
import { interleave, median, medianRatio, round, type BenchResult } from './tools/rounds.js';

const ROUNDS = 5;
const ROUND_MS = 1_000;
/** A server is measured when its code is compiled: the platform's takes some thousand calls for that, the peer's some hundred. */
const WARM_UP_MS = 4_000;
const TRY_MS = 1_000;
const BODIES = 16;
const HEADLINE = { graph: 'lenet', inFlight: 64 };

const run = promisify(execFile);
const peerFile = (name: string): string => fileURLToPath(new URL(`peers/${name}.js`, import.meta.url));
const wanted = process.argv.slice(2);
const graphs = [mlp, lenet, bertMini, resnet18].map((make) => make()).filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const platform = await RunningPlatform.start();
const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
try {
  const key = await platform.openOrganization('bench', '100000');
  const cases: Record<string, Record<string, unknown>> = {};
  for (const graph of graphs) cases[graph.name] = await measure(graph, key);
  const headline = cases[HEADLINE.graph]?.[`in_flight_${HEADLINE.inFlight}`] as { ratio: number } | undefined;
  const unit = 'LeNet, JSON: requests per second at 64 in flight, platform over direct';
  const result: BenchResult = { bench: 'onnx', ratio: headline?.ratio ?? Number.NaN, unit, rounds: ROUNDS, cases };
  console.log(JSON.stringify(result));
} finally {
  await platform.stop();
  await rm(dir, { recursive: true });
}

async function measure(graph: BenchGraph, key: string): Promise<Record<string, unknown>> {
  const folder = join(dir, graph.name);
  const file = await writePackage(folder, graph);
  await platform.publish(key, folder);
  const bodies = Array.from({ length: BODIES }, (_, number) => bodyOf(graph, number));
  const inputs = JSON.stringify(graph.inputs);
  const raw = await rawLoop(file, inputs);
  const ours = { url: `${platform.url}/v1/predict/bench/${graph.name}`, headers: { authorization: `Bearer ${key}` }, bodies, pid: platform.pid };
  const binary: Target = { ...ours, headers: { ...ours.headers, 'content-type': 'application/cbor', accept: 'application/cbor' }, bodies: bodies.map(toCbor) };
  const peers = await Promise.all([1, 2].map((threads) => startPeer(file, inputs, threads)));
  const results: Record<string, unknown> = { raw };
  try {
    const warmUp = { inFlight: Math.max(...graph.inFlight), forMs: WARM_UP_MS };
    for (const target of [ours, binary, ...peers.map((peer) => targetOf(peer, bodies))]) await load({ ...target, ...warmUp });
    for (const inFlight of graph.inFlight) {
      const theirs = await bestOf(peers.map((peer) => targetOf(peer, bodies)), inFlight);
      results[`in_flight_${inFlight}`] = await compare({ json: ours, binary }, theirs, { inFlight, rawPerSecond: raw.perSecond });
    }
  } finally {
    for (const { child } of peers) child.kill();
  }
  return results;
}

function targetOf({ url, child }: { url: string; child: ChildProcess }, bodies: readonly string[]): Target {
  return { url: `${url}/predict`, headers: {}, bodies, pid: child.pid! };
}

async function compare(ours: { readonly json: Target; readonly binary: Target }, theirs: Target, { inFlight, rawPerSecond }: { inFlight: number; rawPerSecond: number }): Promise<object> {
  const how = { inFlight, forMs: ROUND_MS };
  for (const target of [ours.json, ours.binary]) await load({ ...target, inFlight, forMs: TRY_MS });
  const results = await interleave(ROUNDS, { json: () => measured(ours.json, how), binary: () => measured(ours.binary, how), direct: () => measured(theirs, how) });
  const rates = (name: string) => results[name]!.map((result) => result.perSecond);
  return {
    ratio: medianRatio(rates('json'), rates('direct')),
    ratioBinary: medianRatio(rates('binary'), rates('direct')),
    ofRaw: round(median(rates('json')) / rawPerSecond),
    platform: summary(results['json']!),
    platformBinary: summary(results['binary']!),
    direct: summary(results['direct']!),
  };
}

/** The same tensors, their numbers in typed arrays. */
function toCbor(body: string): Uint8Array {
  const tensors = Object.entries(JSON.parse(body) as Record<string, { dtype: string; shape: number[]; data: number[] }>);
  return encodeValue(Object.fromEntries(tensors.map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data: dtype === 'int64' ? BigInt64Array.from(data, BigInt) : Float32Array.from(data) }])));
}

/** The peer's better configuration for this load. */
async function bestOf(targets: readonly Target[], inFlight: number): Promise<Target> {
  const tried: { target: Target; perSecond: number }[] = [];
  for (const target of targets) tried.push({ target, perSecond: (await load({ ...target, inFlight, forMs: TRY_MS })).perSecond });
  return tried.sort((a, b) => b.perSecond - a.perSecond)[0]!.target;
}

async function rawLoop(file: string, inputs: string): Promise<{ perSecond: number; best: string }> {
  let best = { perSecond: 0, best: '' };
  for (const [processes, threads] of [[2, 1], [1, 2]] as const) {
    for (const batch of [1, 8, 32]) {
      const loops = Array.from({ length: processes }, () => run(process.execPath, [peerFile('raw-loop'), file, inputs, String(threads), String(batch), String(ROUND_MS)]));
      const perSecond = (await Promise.all(loops)).reduce((sum, { stdout }) => sum + Number(stdout), 0);
      if (perSecond > best.perSecond) best = { perSecond: round(perSecond), best: `processes ${processes}, threads ${threads}, batch ${batch}` };
    }
  }
  return best;
}

async function startPeer(file: string, inputs: string, threads: number): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [peerFile('direct-server'), file, inputs, String(threads)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((listening) => {
    createInterface(child.stdout).on('line', (line) => {
      const found = /^listening on (\S+)/.exec(line)?.[1];
      if (found) listening(found);
    });
  });
  return { child, url };
}

function summary(loads: readonly Measured[]): Record<string, number> {
  const of = (pick: (result: Measured) => number) => round(median(loads.map(pick)));
  return { perSecond: of((r) => r.perSecond), p50Ms: of((r) => r.p50Ms), p99Ms: of((r) => r.p99Ms), serverCpuMicros: of((r) => r.serverCpuMicros), failed: loads.reduce((sum, r) => sum + r.failed, 0) };
}
