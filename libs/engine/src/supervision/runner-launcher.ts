import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EngineLog, EngineMetrics } from '../engine-host.js';
import type { Protection } from '../engine-status.js';
import { engineErrors } from '../errors.js';
import type { EngineLimits } from '../limits.js';
import { FIRST_RUNNER_UID, probeProtections, RUNNER_UIDS, whyUnreadable, type ProtectionTools } from './protections.js';
import { runnerCommand } from './runner-command.js';
import { RunnerFolders, type RunnerFolder } from './runner-folder.js';
import { RunnerProcess } from './runner-process.js';
import { packageFolders } from './sandbox.js';

export interface RunnerLauncherOptions {
  readonly runnerEntry: string;
  readonly workDir: string;
  readonly runtimePackages: Readonly<Record<string, string>>;
  readonly packageFolder: string;
  readonly limits: EngineLimits;
  readonly log: EngineLog;
  readonly metrics: EngineMetrics;
}

export interface LaunchOrder {
  /** For people and process lists. */
  readonly label: string;
  readonly runtimeName: string;
  /** What the model asks for, of which it gets no more than the operator gives all models together; what Node needs is added. */
  readonly memoryMb: number;
  /** The model's files, which the runner must be able to read; none for a runner that only describes its runtime. */
  readonly modelDir?: string;
}

export interface Launched {
  readonly process: RunnerProcess;
  readonly protections: readonly string[];
  /** From the start of the process to its first word, in milliseconds. */
  readonly startMs: number;
}

type Spawned = Omit<Launched, 'startMs'> & { readonly spawnedAtMs: number };

interface Setup {
  readonly tools: ProtectionTools;
  readonly folders: RunnerFolders;
}

/** Starts runner processes and knows those that live, so that none is left behind. */
export class RunnerLauncher {
  readonly #options: RunnerLauncherOptions;
  readonly #live = new Set<RunnerProcess>();
  /** Those that are not known as living yet. */
  readonly #spawning = new Set<Promise<Spawned>>();
  readonly #endings = new Set<Promise<void>>();
  #setup: Promise<Setup> | undefined;
  #report: readonly Protection[] = [];
  #closed = false;
  #started = 0;

  constructor(options: RunnerLauncherOptions) {
    this.#options = options;
  }

  get protections(): readonly Protection[] {
    return this.#report;
  }

  /** A runner that has said hello. Rejects with `ENGINE.RUNTIME_UNKNOWN`, `ENGINE.PROTECTION_UNTRIED`, `ENGINE.LOAD_FAILED` or `ENGINE.CLOSED`. */
  async launch(order: LaunchOrder): Promise<Launched> {
    const spawning = this.#spawn(order);
    this.#spawning.add(spawning);
    const { process, protections, spawnedAtMs } = await spawning.finally(() => this.#spawning.delete(spawning));
    await process.greeted(this.#options.limits.startMs);
    return { process, protections, startMs: performance.now() - spawnedAtMs };
  }

  /** Ends every runner and removes their folders. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#spawning);
    await Promise.all([...this.#live].map((process) => process.close('closed', this.#options.limits.closeGraceMs)));
    while (this.#endings.size > 0) await Promise.all(this.#endings);
    const setup = await this.#setup?.catch(() => undefined);
    await setup?.folders.removeAll();
  }

  async #spawn({ label, runtimeName, memoryMb, modelDir }: LaunchOrder): Promise<Spawned> {
    const { runnerEntry, packageFolder, limits } = this.#options;
    const runtimePackage = this.#packageOf(runtimeName);
    if (this.#closed) throw engineErrors.CLOSED({ label });
    const { tools, folders } = await this.#ready();
    const uid = await this.#chooseUid(tools, modelDir);
    const folder = await folders.make(uid);
    const command = runnerCommand(tools, { runnerEntry, memoryMb: Math.min(memoryMb, limits.memoryMb), baseMb: limits.runnerBaseMb, uid, folder, modelDir });
    const spawnedAtMs = performance.now();
    const process = await RunnerProcess.start({ command, folder, uid, label, runtimePackage, packageFolder, answerBytes: limits.answerBytes });
    this.#track(process, { label, folder, folders });
    return { process, protections: protectionsOf(this.#report, uid !== undefined), spawnedAtMs };
  }

  /** Once for all runners; anew at the next launch when it failed. */
  #ready(): Promise<Setup> {
    this.#setup ??= this.#prepare().catch((error: unknown): never => {
      this.#setup = undefined;
      throw error;
    });
    return this.#setup;
  }

  async #prepare(): Promise<Setup> {
    const { runnerEntry, packageFolder, workDir } = this.#options;
    const packages = await packageFolders([dirname(runnerEntry), packageFolder]);
    const tools = await probeProtections({ readable: [process.execPath, runnerEntry, ...packages], packages });
    this.#report = tools.report;
    return { tools, folders: await RunnerFolders.create(workDir, tools.ownUid) };
  }

  #packageOf(runtime: string): string {
    const { runtimePackages } = this.#options;
    const found = Object.hasOwn(runtimePackages, runtime) ? runtimePackages[runtime] : undefined;
    if (found === undefined) throw engineErrors.RUNTIME_UNKNOWN({ runtime, known: Object.keys(runtimePackages) });
    return found;
  }

  /** A user for this runner alone, so that runners cannot look at each other; none when it could not read its model. */
  async #chooseUid({ ownUid }: ProtectionTools, modelDir: string | undefined): Promise<number | undefined> {
    if (!ownUid) return undefined;
    const reason = modelDir === undefined ? undefined : await whyModelUnreadable(modelDir);
    if (reason === undefined) return FIRST_RUNNER_UID + (this.#started++ % RUNNER_UIDS);
    this.#report = this.#report.map((entry) => (entry.name === 'own-uid' ? { ...entry, reason: `not for every model: ${reason}` } : entry));
    return undefined;
  }

  #track(process: RunnerProcess, { label, folder, folders }: { label: string; folder: RunnerFolder; folders: RunnerFolders }): void {
    const { log, metrics } = this.#options;
    this.#live.add(process);
    log.info({ label, pid: process.pid }, 'runner started');
    const ending = process.exited.then(async ({ reason, how, stderr }) => {
      this.#live.delete(process);
      const planned = PLANNED.has(reason);
      log[planned ? 'info' : 'warn']({ label, pid: process.pid, reason, how, ...(!planned && stderr && { stderr }) }, 'runner ended');
      metrics.runnerExit({ label, reason });
      await folders.remove(folder);
    });
    const settled = ending.catch((error: unknown) => log.error({ label, error: String(error) }, 'could not clear up after a runner'));
    this.#endings.add(settled);
    void settled.then(() => this.#endings.delete(settled));
  }
}

const PLANNED = new Set(['closed', 'evicted', 'idle', 'done']);

function protectionsOf(report: readonly Protection[], ownUid: boolean): string[] {
  return report.filter(({ name, active }) => active && (name !== 'own-uid' || ownUid)).map(({ name }) => name);
}

async function whyModelUnreadable(dir: string): Promise<string | undefined> {
  const reason = await whyUnreadable(dir);
  if (reason) return reason;
  const entries = await readdir(dir, { recursive: true });
  const reasons = await Promise.all(entries.map((entry) => whyUnreadable(join(dir, entry))));
  return reasons.find((found) => found !== undefined);
}
