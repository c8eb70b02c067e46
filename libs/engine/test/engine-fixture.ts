import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest, Tuning } from '@steelyard/model-package';
import { decodeValue, encodeValue } from '@steelyard/wire';
import { createEngineHost, type CallState, type EngineAnswer, type EngineHost, type EngineHostOptions, type EngineLimits, type EngineMetrics, type MaterializedModel } from '../src/index.js';

/** The compiled runner, as apps start it; `npx tsc -b libs/runner plugins/runtimes/echo` makes it. */
export const runnerEntry = fileURLToPath(new URL('../../runner/dist/index.js', import.meta.url));

const ARTIFACT = 'weights.bin';

export interface Fixture {
  readonly host: EngineHost;
  readonly root: string;
  readonly workDir: string;
  /** Everything the host logged, one line each. */
  readonly lines: string[];
  readonly exits: { label: string; reason: string }[];
  readonly batches: { label: string; size: number }[];
  readonly loads: { label: string; device: string; startMs: number; loadMs: number; memoryBytes: number }[];
  readonly refusals: { label: string; code: string }[];
  /** How often each digest was asked of the store. */
  readonly materialized: Map<string, number>;
  /** Makes an echo model that `call` can name. */
  addModel(name: string, over?: EchoModel): Promise<MaterializedModel>;
  call(name: string, input: unknown, over?: CallOptions): Promise<unknown>;
  /** A call whose answer is read in parts and whose states are heard. `onPart` follows each part that was noted. */
  follow(name: string, input: unknown, over?: CallOptions & { readonly onPart?: () => void | Promise<void> }): Followed;
  close(): Promise<void>;
}

export interface EchoModel {
  readonly options?: Record<string, unknown>;
  readonly limits?: Manifest['limits'];
  readonly batching?: Manifest['batching'];
  readonly memoryMb?: number;
  /** What the version was measured to take. */
  readonly memoryBytes?: number;
  readonly tuning?: Tuning;
  readonly runtime?: string;
  readonly range?: string;
  readonly gpu?: Manifest['resources']['gpu'];
  /** Size of its one artifact, which is empty but for that. */
  readonly artifactMb?: number;
}

export interface CallOptions {
  readonly tenantId?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface Followed {
  readonly parts: unknown[];
  readonly states: CallState[];
  readonly answer: Promise<EngineAnswer>;
}

export async function createFixture(limits: Partial<EngineLimits> = {}, over: Partial<EngineHostOptions> = {}): Promise<Fixture> {
  const root = await mkdtemp(join(tmpdir(), 'engine-'));
  await chmod(root, 0o755);
  const workDir = join(root, 'work');
  const models = new Map<string, MaterializedModel>();
  const materialized: Fixture['materialized'] = new Map();
  const { notes, log, metrics } = noteAll();
  const host = createEngineHost({
    runnerEntry,
    workDir,
    store: {
      async materialize(digest) {
        materialized.set(digest, (materialized.get(digest) ?? 0) + 1);
        return models.get(digest)!;
      },
    },
    log,
    metrics,
    limits,
    ...over,
  });
  const request = (name: string, input: unknown, { tenantId = 'tenant', timeoutMs = 20_000 }: CallOptions) => {
    const model = { digest: name, label: `acme/${name}@1.0.0` };
    return { id: '', tenantId, model, input: encodeValue(input), deadlineAtMs: Date.now() + timeoutMs };
  };
  return {
    host,
    root,
    workDir,
    materialized,
    ...notes,
    async addModel(name, model = {}) {
      const dir = join(root, name);
      const manifest = manifestOf(name, model);
      await mkdir(dir);
      await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
      if (model.artifactMb !== undefined) await writeFile(join(dir, ARTIFACT), '').then(() => truncate(join(dir, ARTIFACT), model.artifactMb! * 2 ** 20));
      const materialized = { dir, manifest, memoryBytes: model.memoryBytes, tuning: model.tuning };
      models.set(name, materialized);
      return materialized;
    },
    async call(name, input, options = {}) {
      return decodeValue((await host.run(request(name, input, options), options.signal)).output);
    },
    follow(name, input, options = {}) {
      const parts: unknown[] = [];
      const states: CallState[] = [];
      const onPart = (part: Uint8Array) => {
        parts.push(decodeValue(part));
        return options.onPart?.();
      };
      const onState = (state: CallState) => void states.push(state);
      return { parts, states, answer: host.run({ ...request(name, input, options), onPart, onState }, options.signal) };
    },
    async close() {
      await host.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** What a host says of itself. */
function noteAll() {
  const notes: Pick<Fixture, 'lines' | 'exits' | 'batches' | 'loads' | 'refusals'> = { lines: [], exits: [], batches: [], loads: [], refusals: [] };
  const line = (fields: Record<string, unknown>, message: string) => notes.lines.push(`${message} ${JSON.stringify(fields)}`);
  const metrics: EngineMetrics = {
    batch: (fields) => notes.batches.push(fields),
    runnerExit: (fields) => notes.exits.push(fields),
    loaded: (fields) => notes.loads.push(fields),
    refused: (fields) => notes.refusals.push(fields),
  };
  return { notes, log: { info: line, warn: line, error: line }, metrics };
}

function manifestOf(name: string, { options, limits, batching, memoryMb, runtime, range, gpu, artifactMb }: EchoModel): Manifest {
  return {
    schema: 1,
    name,
    version: '1.0.0',
    license: 'Apache-2.0',
    task: 'custom',
    description: '',
    runtime: { name: runtime ?? 'echo', range: range ?? '*', options: options ?? {} },
    artifacts: artifactMb === undefined ? [] : [{ path: ARTIFACT }],
    card: 'README.md',
    input: { type: 'object' },
    output: { type: 'object' },
    pre: [],
    post: [],
    batching: batching ?? { maxSize: 32, maxDelayMs: 0 },
    resources: { gpu: gpu ?? 'never', memoryMb: memoryMb ?? 64 },
    limits: limits ?? { loadMs: 20_000, runMs: 20_000 },
  };
}

/** The codes of failed calls, `ok` for those that succeeded. */
export async function outcomes(calls: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((result) => (result.status === 'fulfilled' ? 'ok' : ((result.reason as { code?: string }).code ?? String(result.reason))));
}

/** Waits until something is so; fails the test by its timeout when it never is. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Living processes whose environment names a socket within `root`, without those that only stand before another. Linux only. */
export function runnersOf(root: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(Number(pid)).some((entry) => entry.startsWith(`STEELYARD_RUNNER_SOCKET=${root}`)))
    .filter((pid) => !hasChildren(pid))
    .map(Number);
}

/** As a sandbox has. */
function hasChildren(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8') !== '';
  } catch {
    return false;
  }
}

/** The environment a process was started with, `NAME=value` each; empty when it is gone or not ours to read. */
export function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return [];
  }
}
