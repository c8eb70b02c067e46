import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngineHost, type EngineAnswer, type EngineHost, type EngineLimits, type MaterializedModel } from '@steelyard/engine';
import { readPackageFolder, type Manifest } from '@steelyard/model-package';
import { echoManifest } from '@steelyard/test-support/echo-manifest';
import { encodeValue } from '@steelyard/wire';

/** An engine of this process and the models that it may run. */
export interface BenchEngine {
  readonly host: EngineHost;
  /** Processes that were started. */
  readonly starts: () => number;
  /** Why processes ended, and how often. */
  readonly ends: Readonly<Record<string, number>>;
  /** Lays a package folder out as the engine wants it. */
  addPackage(name: string, dir: string): Promise<void>;
  /** A model of the `echo` runtime. */
  addEcho(name: string, options: Record<string, unknown>, memoryBytes?: number): void;
  call(name: string, input: unknown, by?: { readonly tenantId?: string; readonly signal?: AbortSignal }): Promise<EngineAnswer>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 60_000;

export function startEngine(limits: Partial<EngineLimits> = {}): BenchEngine {
  const root = mkdtempSync(join(tmpdir(), 'steelyard-bench-'));
  chmodSync(root, 0o755);
  const models = new Map<string, MaterializedModel>();
  const ends: Record<string, number> = {};
  let starts = 0;
  const host = createEngineHost({
    runnerEntry: fileURLToPath(import.meta.resolve('@steelyard/runner')),
    workDir: join(root, 'work'),
    store: { materialize: (digest) => Promise.resolve(models.get(digest)!) },
    log: { info: (_fields, message) => void (starts += Number(message === 'runner started')), warn: () => {}, error: (fields, message) => console.error(message, fields) },
    metrics: { batch: () => {}, runnerExit: ({ reason }) => void (ends[reason] = (ends[reason] ?? 0) + 1), loaded: () => {}, refused: () => {} },
    limits,
  });
  const layOut = (name: string, manifest: Manifest, memoryBytes?: number): string => {
    const dir = join(root, name);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
    models.set(name, { dir, manifest, memoryBytes });
    return dir;
  };
  return {
    host,
    starts: () => starts,
    ends,
    async addPackage(name, source) {
      const { manifest, files } = await readPackageFolder(source);
      const dir = layOut(name, manifest);
      for (const { path } of files) cpSync(join(source, path), join(dir, path));
    },
    addEcho: (name, options, memoryBytes) => void layOut(name, echoManifest({ name, options }), memoryBytes),
    call: (name, input, { tenantId = 'bench', signal } = {}) => host.run({ id: '', tenantId, model: { digest: name, label: `bench/${name}@1.0.0` }, input: encodeValue(input), deadlineAtMs: Date.now() + TIMEOUT_MS }, signal),
    async close() {
      await host.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
