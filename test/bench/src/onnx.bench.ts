/**
 * `npm run bench -- onnx`: digits through the platform, everything on (key, price, hold, usage log with fsync), against the
 * server a Node user would write by hand, at 1, 8 and 64 in flight.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { repositoryRoot, RunningPlatform } from '@steelyard/test-support/platform';
import { load, type Load } from './load.js';
import { interleave, median, medianRatio, round, type BenchResult } from './rounds.js';

const ROUNDS = 5;
const ROUND_MS = 2_000;
const IN_FLIGHT = [1, 8, 64];
const model = join(repositoryRoot, 'plugins/models/digits');
const bodies = readdirSync(join(model, 'samples'))
  .filter((file) => file.endsWith('.png') && file !== 'drawn-three.png')
  .map((file) => JSON.stringify({ image: readFileSync(join(model, 'samples', file)).toString('base64') }));

const platform = await RunningPlatform.start();
const peer = await startPeer();
try {
  const key = await platform.openOrganization('bench', '100000');
  await platform.publish(key, model);
  const ours = { url: `${platform.url}/v1/predict/bench/digits`, headers: { authorization: `Bearer ${key}` }, bodies };
  const theirs = { url: `${peer.url}/predict`, headers: {}, bodies };
  const cases: Record<string, unknown> = {};
  let headline = 0;
  for (const inFlight of IN_FLIGHT) {
    await Promise.all([ours, theirs].map((target) => load({ ...target, inFlight, forMs: 500 })));
    const results = await interleave(ROUNDS, {
      platform: () => load({ ...ours, inFlight, forMs: ROUND_MS }),
      direct: () => load({ ...theirs, inFlight, forMs: ROUND_MS }),
    });
    headline = medianRatio(perSecond(results['platform']!), perSecond(results['direct']!));
    cases[`in_flight_${inFlight}`] = { ratio: headline, platform: summary(results['platform']!), direct: summary(results['direct']!) };
  }
  const result: BenchResult = { bench: 'onnx', ratio: headline, unit: 'requests per second at 64 in flight, platform over direct', rounds: ROUNDS, cases };
  console.log(JSON.stringify(result));
} finally {
  peer.child.kill();
  await platform.stop();
}

async function startPeer(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('peers/direct-server.js', import.meta.url)), join(model, 'model.onnx')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((listening) => {
    createInterface(child.stdout).on('line', (line) => {
      const found = /^listening on (\S+)/.exec(line)?.[1];
      if (found) listening(found);
    });
  });
  return { child, url };
}

function perSecond(loads: readonly Load[]): number[] {
  return loads.map((result) => result.perSecond);
}

function summary(loads: readonly Load[]): Record<string, number> {
  const of = (pick: (result: Load) => number) => round(median(loads.map(pick)));
  return { perSecond: of((r) => r.perSecond), p50Ms: of((r) => r.p50Ms), p99Ms: of((r) => r.p99Ms), failed: loads.reduce((sum, r) => sum + r.failed, 0) };
}
