import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInProcessDispatch, type Dispatch } from '@steelyard/dispatch';
import type { VersionFolders } from '@steelyard/domain-holdings';
import { builtInRuntimes, createEngineHost } from '@steelyard/engine';
import { ArtifactKeys, createFolderBlobStore, type BlobStore } from '@steelyard/platform-blob-store';
import type { Config } from '@steelyard/platform-config';
import { openDatabase, type Database } from '@steelyard/platform-database';
import { openJournal, type Journal } from '@steelyard/platform-journal';
import { createLogger, createMetrics, openTracing, type Logger, type Metrics, type Tracing } from '@steelyard/platform-observability';
import { engineMetrics } from './engine-metrics.js';
import { createModelStore } from './model-store.js';
import type { Part } from './shutdown/close-parts.js';
import { version } from './version.js';

/** Everything that is opened before the modules are made. */
export interface Infrastructure {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly journal: Journal;
  readonly dispatch: Dispatch;
  readonly versionFolders: VersionFolders;
  /** In the order in which they must be closed. */
  readonly parts: readonly Part[];
}

export async function openInfrastructure(config: Config): Promise<Infrastructure> {
  await mkdir(config.dataDir, { recursive: true });
  const logger = createLogger({ level: config.logLevel });
  const metrics = createMetrics();
  const tracing = await openTracing({ endpoint: config.traceEndpoint, ratio: config.traceRatio, service: { name: 'steelyard', version } });
  const journal = await openJournal({ dir: config.usageLogDir ?? join(config.dataDir, 'usage-log'), sync: config.usageLogSync });
  const database = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir, log: logger });
  const keys = artifactKeys(config);
  const blobs = createFolderBlobStore(join(config.dataDir, 'blobs'), { keys });
  const modelsDir = join(config.dataDir, 'models');
  // Runners read plain files. Where files are sealed at rest, those are of this process alone: what one that was killed left behind goes too.
  const forgetOpened = async (): Promise<void> => (keys ? rm(modelsDir, { recursive: true, force: true }) : undefined);
  await forgetOpened();
  const engine = createEngineHost({
    runnerEntry: fileURLToPath(import.meta.resolve('@steelyard/runner')),
    store: createModelStore({ database, blobs, dir: modelsDir }),
    log: logger,
    metrics: engineMetrics(metrics),
    workDir: join(config.dataDir, 'engine'),
    runtimePackages: runtimePackages(config),
    limits: { ...(config.engineMemoryMb !== undefined && { memoryMb: config.engineMemoryMb }), gpuMemoryMb: config.engineGpuMemoryMb },
  });
  const dispatch = createInProcessDispatch(engine);
  const versionFolders: VersionFolders = { remove: (digest) => rm(join(modelsDir, digest), { recursive: true, force: true }) };
  const parts: Part[] = [
    { name: 'the engine', close: () => engine.close() },
    { name: 'the opened artifacts', close: forgetOpened },
    { name: 'the usage log', close: () => journal.close() },
    { name: 'the database', close: () => database.close() },
    { name: 'traces', close: () => tracing.close().catch((error: unknown) => logger.warn({ err: error }, 'the last spans could not be sent')) },
  ];
  return { config, logger, metrics, tracing, database, blobs, journal, dispatch, versionFolders, parts };
}

function artifactKeys({ artifactKeys: [first, ...older] }: Config): ArtifactKeys | undefined {
  return first && new ArtifactKeys([first, ...older]);
}

/** Runtime names of `model.yaml` and the packages that provide them: ours, then the operator's own. */
function runtimePackages(config: Config): Record<string, string> {
  const packages: Record<string, string> = { ...builtInRuntimes };
  for (const name of config.runtimes) packages[name.replace(/^.*runtime-/, '')] = name;
  return packages;
}
