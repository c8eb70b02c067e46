import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '@steelyard/model-package';
import { decodeValue, encodeValue } from '@steelyard/wire';
import { createEngineHost, type EngineHost, type EngineHostOptions, type EngineLimits, type MaterializedModel } from '../src/index.js';

/** The compiled runner, as apps start it; `npx tsc -b libs/runner plugins/runtimes/echo` makes it. */
export const runnerEntry = fileURLToPath(new URL('../../runner/dist/index.js', import.meta.url));

export interface Fixture {
  readonly host: EngineHost;
  readonly root: string;
  readonly workDir: string;
  /** Everything the host logged, one line each. */
  readonly lines: string[];
  readonly exits: { label: string; reason: string }[];
  readonly batches: { label: string; size: number }[];
  /** How often each digest was asked of the store. */
  readonly materialized: Map<string, number>;
  /** Makes an echo model that `call` can name. */
  addModel(name: string, over?: EchoModel): Promise<MaterializedModel>;
  call(name: string, input: unknown, over?: CallOptions): Promise<unknown>;
  close(): Promise<void>;
}

export interface EchoModel {
  readonly options?: Record<string, unknown>;
  readonly limits?: Manifest['limits'];
  readonly batching?: Manifest['batching'];
  readonly memoryMb?: number;
  /** What the version was measured to take. */
  readonly memoryBytes?: number;
  readonly runtime?: string;
  readonly range?: string;
}

export interface CallOptions {
  readonly tenantId?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export async function createFixture(limits: Partial<EngineLimits> = {}, over: Partial<EngineHostOptions> = {}): Promise<Fixture> {
  const root = await mkdtemp(join(tmpdir(), 'engine-'));
  await chmod(root, 0o755);
  const workDir = join(root, 'work');
  const models = new Map<string, MaterializedModel>();
  const lines: string[] = [];
  const log = (fields: Record<string, unknown>, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`);
  const exits: Fixture['exits'] = [];
  const batches: Fixture['batches'] = [];
  const materialized: Fixture['materialized'] = new Map();
  const host = createEngineHost({
    runnerEntry,
    workDir,
    store: {
      async materialize(digest) {
        materialized.set(digest, (materialized.get(digest) ?? 0) + 1);
        return models.get(digest)!;
      },
    },
    log: { info: log, warn: log, error: log },
    metrics: { batch: (fields) => batches.push(fields), runnerExit: (fields) => exits.push(fields), loaded: () => {}, refused: () => {} },
    limits,
    ...over,
  });
  return {
    host,
    root,
    workDir,
    lines,
    exits,
    batches,
    materialized,
    async addModel(name, model = {}) {
      const dir = join(root, name);
      const manifest = manifestOf(name, model);
      await mkdir(dir);
      await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
      const materialized = { dir, manifest, memoryBytes: model.memoryBytes };
      models.set(name, materialized);
      return materialized;
    },
    async call(name, input, { tenantId = 'tenant', timeoutMs = 20_000, signal } = {}) {
      const model = { digest: name, label: `acme/${name}@1.0.0` };
      const request = { id: '', tenantId, model, input: encodeValue(input), deadlineAtMs: Date.now() + timeoutMs };
      return decodeValue((await host.run(request, signal)).output);
    },
    async close() {
      await host.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function manifestOf(name: string, { options, limits, batching, memoryMb, runtime, range }: EchoModel): Manifest {
  return {
    schema: 1,
    name,
    version: '1.0.0',
    license: 'Apache-2.0',
    task: 'custom',
    description: '',
    runtime: { name: runtime ?? 'echo', range: range ?? '*', options: options ?? {} },
    artifacts: [],
    card: 'README.md',
    input: { type: 'object' },
    output: { type: 'object' },
    pre: [],
    post: [],
    batching: batching ?? { maxSize: 32, maxDelayMs: 0 },
    resources: { gpu: 'never', memoryMb: memoryMb ?? 64 },
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
