import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot, RunningPlatform } from '@steelyard/test-support';
import { answerTo, inputOf, WEIGHTS_BYTES, WEIGHTS_FILE, writeLargePackage } from './large-package.js';

const MIB = 1024 * 1024;
const MINUTES_MS = 60_000;
/** What the API's process may grow by while a gigabyte passes through it. */
const FLAT_BYTES = 128 * MIB;

describe('a model of 268 million parameters', () => {
  let platform: RunningPlatform;
  let provider: string;
  let dir: string;
  let sha256: string;
  let watching: NodeJS.Timeout;
  /** Of the API's process, by phase. */
  const peaks: Record<string, number> = {};
  const figures: Record<string, string | number> = {};
  let phase = 'idle';

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-large-'));
    await writeLargePackage(dir);
    sha256 = await hashOf(join(dir, WEIGHTS_FILE));
    platform = await RunningPlatform.start({ env: { STEELYARD_MEASURE_MS: '500' } });
    provider = await platform.openOrganization('acme', '10');
    // Everything that a publication needs once is loaded before the gigabyte comes.
    await platform.publish(provider, join(repositoryRoot, 'plugins/models/breast-cancer'));
    watching = setInterval(() => (peaks[phase] = Math.max(peaks[phase] ?? 0, memoryOf(platform.pid, 'VmRSS'))), 50);
  }, 5 * MINUTES_MS);

  afterAll(async () => {
    clearInterval(watching);
    await platform?.stop();
    await rm(dir, { recursive: true, force: true });
    console.info(`large model, ${new Date().toISOString().slice(0, 10)}: ${JSON.stringify({ ...figures, apiPeakMiB: Object.fromEntries(Object.entries(peaks).map(([name, bytes]) => [name, mib(bytes)])) })}`);
  });

  it('is published in two goes: the command is killed half way, and the next one sends the rest', async () => {
    await until(() => peaks['idle'] !== undefined);
    phase = 'upload';
    const env = { PATH: process.env['PATH'], HOME: platform.dataDir, STEELYARD_URL: platform.url, STEELYARD_API_KEY: provider };
    const first = spawn(process.execPath, [join(repositoryRoot, 'sdk/cli/bin/steelyard.mjs'), 'publish', dir, '--json'], { env, stdio: 'ignore' });
    await until(async () => (await offset()) > WEIGHTS_BYTES / 2);
    first.kill('SIGKILL');
    const reached = await offset();
    expect(reached).toBeLessThan(WEIGHTS_BYTES);
    const startedAtMs = performance.now();
    const second = await platform.cli(provider, 'publish', dir);
    figures['secondGoSeconds'] = Math.round((performance.now() - startedAtMs) / 1_000);
    expect(second).toMatchObject({ code: 0 });
    const sent = sentMiB(second.stdout + second.stderr);
    figures['reachedMiB'] = mib(reached);
    figures['thenSentMiB'] = sent;
    expect(sent * MIB).toBeLessThan(WEIGHTS_BYTES - reached + 16 * MIB);
  }, 10 * MINUTES_MS);

  it('is loaded by the first call and answers right', async () => {
    phase = 'run';
    const startedAtMs = performance.now();
    const { status, body } = await platform.predict(provider, 'acme/large', inputOf(1));
    figures['firstCallMs'] = Math.round(performance.now() - startedAtMs);
    expect({ status, body }).toMatchObject({ status: 200 });
    const answered = body.y.data as number[];
    for (const [place, value] of answerTo(1).entries()) expect(answered[place]).toBeCloseTo(value, 3);
    const again = performance.now();
    await platform.predict(provider, 'acme/large', inputOf(2));
    figures['warmCallMs'] = Math.round(performance.now() - again);
  }, 5 * MINUTES_MS);

  it('gives its memory back when it is evicted', async () => {
    phase = 'evict';
    const before = await engine();
    const { digest, runners } = before.models.find(({ label }) => label === 'acme/large@1.0.0')!;
    const taken = memoryOf(runners[0]!.pid, 'VmRSS');
    figures['runnerMiB'] = mib(taken);
    figures['runnerAnonymousMiB'] = mib(memoryOf(runners[0]!.pid, 'RssAnon'));
    figures['availableBeforeMiB'] = available();
    expect(taken).toBeGreaterThan(0.9 * WEIGHTS_BYTES);
    expect(before.devices[0]!.usedBytes).toBeGreaterThan(0);
    await platform.graphql(platform.operatorKey, 'mutation ($digest: ID!) { unloadModel(digest: $digest) }', { digest });
    await until(() => memoryOf(runners[0]!.pid, 'VmRSS') === 0);
    figures['availableAfterMiB'] = available();
    await until(async () => (await engine()).devices[0]!.usedBytes === 0);
  }, MINUTES_MS);

  it('leaves the memory of the API flat', () => {
    expect(Object.keys(peaks).sort()).toEqual(['evict', 'idle', 'run', 'upload']);
    for (const name of ['upload', 'run', 'evict']) expect(peaks[name]! - peaks['idle']!).toBeLessThan(FLAT_BYTES);
  });

  async function offset(): Promise<number> {
    const response = await fetch(`${platform.url}/v1/uploads/sha256/${sha256}`, { method: 'HEAD', headers: { authorization: `Bearer ${provider}` } });
    return Number(response.headers.get('upload-offset') ?? 0);
  }

  async function engine(): Promise<Engine> {
    const found = await platform.graphql<{ engine: Engine }>(platform.operatorKey, '{ engine { models { label digest runners { pid } } devices { usedBytes } } }');
    return found.engine;
  }
});

interface Engine {
  readonly models: readonly { readonly label: string; readonly digest: string; readonly runners: readonly { readonly pid: number }[] }[];
  readonly devices: readonly { readonly usedBytes: number }[];
}

/** Of a process; 0 when it is gone. */
function memoryOf(pid: number, field: 'VmRSS' | 'RssAnon'): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** As the command says it: `2 files sent (512.1 MB)`. */
function sentMiB(text: string): number {
  const [, amount, unit] = /files? sent \(([\d.,]+) (B|kB|MB|GB)\)/.exec(text) ?? [];
  const bytes: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };
  return mib(Number(amount?.replace(',', '')) * bytes[unit ?? '']!);
}

/** MiB that the machine has to give. */
function available(): number {
  return Math.round(Number(/^MemAvailable:\s+(\d+)/m.exec(read('/proc/meminfo'))?.[1]) / 1024);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((later) => setTimeout(later, 20));
}

const mib = (bytes: number): number => Math.round(bytes / MIB);
