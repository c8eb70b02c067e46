import type { DescribedHeader, InspectedHeader, LoadedHeader } from '@steelyard/wire';
import { availableParallelism } from 'node:os';
import { builtInRuntimes } from './built-in-runtimes.js';
import type { EngineAnswer, EngineHost, EngineHostOptions, EngineRequest, MaterializedModel, ModelHandle, Sweep, Trial } from './engine-host.js';
import type { DeviceStatus, EngineStatus, RuntimeDevices } from './engine-status.js';
import { engineErrors } from './errors.js';
import { defaultLimits, type EngineLimits } from './limits.js';
import { Quarantine } from './quarantine/quarantine.js';
import type { BusyRunners } from './queue/lane.js';
import { Placement } from './residency/placement.js';
import { Residency } from './residency/residency.js';
import { ResidentModel } from './resident-model.js';
import { RunnerLauncher } from './supervision/runner-launcher.js';
import { RuntimeDescriptions } from './supervision/runtime-descriptions.js';

const HOUSEKEEPING_MS_MAX = 30_000;
/** So long is shown of a version what became of it. */
const FORGOTTEN_AFTER_MS = 60 * 60_000;
const MIB = 1024 * 1024;

export function createEngineHost(options: EngineHostOptions): EngineHost {
  return new ProcessEngineHost(options);
}

/** Runs every model version in a process of its own. */
class ProcessEngineHost implements EngineHost {
  readonly #options: EngineHostOptions;
  readonly #limits: EngineLimits;
  readonly #launcher: RunnerLauncher;
  readonly #descriptions: RuntimeDescriptions;
  readonly #quarantine: Quarantine;
  readonly #residency: Residency;
  readonly #placement: Placement;
  readonly #models = new Map<string, ResidentModel>();
  readonly #busy: BusyRunners = { count: 0 };
  readonly #housekeeping: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  constructor(options: EngineHostOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    const { runnerEntry, workDir, log, metrics, runtimePackages = builtInRuntimes, packageFolder = process.cwd() } = options;
    this.#launcher = new RunnerLauncher({ runnerEntry, workDir, runtimePackages, packageFolder, limits: this.#limits, log, metrics });
    this.#descriptions = new RuntimeDescriptions(this.#launcher, this.#limits, (described) => this.#learn(described));
    const { maxRunners, turnMs, memoryMb } = this.#limits;
    this.#residency = new Residency({ maxRunners, turnMs, budgets: { cpu: memoryMb * MIB } });
    this.#placement = new Placement({ descriptions: this.#descriptions, residency: this.#residency, log });
    const shared = { launcher: this.#launcher, descriptions: this.#descriptions, placement: this.#placement, residency: this.#residency };
    this.#quarantine = new Quarantine({ ...shared, limits: this.#limits });
    const everyMs = Math.min(this.#limits.idleMs / 4, this.#limits.replicaIdleMs / 4, HOUSEKEEPING_MS_MAX);
    this.#housekeeping = setInterval(() => this.#keepHouse(), everyMs).unref();
  }

  run(request: EngineRequest, signal?: AbortSignal): Promise<EngineAnswer> {
    if (this.#closing) return Promise.reject(engineErrors.CLOSED({ label: request.model.label }));
    const model = this.#models.get(request.model.digest) ?? this.#add(request.model);
    return model.run(request, signal);
  }

  describe(runtimeName: string): Promise<DescribedHeader> {
    return this.#descriptions.of(runtimeName);
  }

  inspect(model: MaterializedModel): Promise<InspectedHeader> {
    return this.#quarantine.inspect(model);
  }

  trial(model: MaterializedModel, inputs: readonly Uint8Array[], rounds = 1, onLoaded?: (loaded: LoadedHeader) => void): Promise<Trial> {
    return this.#quarantine.trial({ model, inputs, rounds, onLoaded });
  }

  sweep(model: MaterializedModel, inputs: readonly Uint8Array[], budgetMs: number): Promise<Sweep> {
    return this.#quarantine.sweep(model, inputs, budgetMs);
  }

  async pin(handle: ModelHandle, pinned: boolean): Promise<void> {
    if (this.#closing) throw engineErrors.CLOSED({ label: handle.label });
    if (pinned) await (this.#models.get(handle.digest) ?? this.#add(handle)).pin();
    else this.#models.get(handle.digest)?.unpin();
  }

  unload(digest: string): boolean {
    const model = this.#models.get(digest);
    if (!model?.evictable || model.pinned) return false;
    model.evict();
    return true;
  }

  devices(): Promise<readonly RuntimeDevices[]> {
    const names = Object.keys(this.#options.runtimePackages ?? builtInRuntimes);
    return Promise.all(names.map((name) => this.#devicesOf(name)));
  }

  async #devicesOf(runtime: string): Promise<RuntimeDevices> {
    try {
      const { version, devices, unusable = [] } = await this.#descriptions.of(runtime);
      return { runtime, version, usable: devices, unusable };
    } catch (error) {
      return { runtime, version: '', usable: [], unusable: [], problem: error instanceof Error ? error.message : String(error) };
    }
  }

  status(): EngineStatus {
    const models = [...this.#models.values()].map(({ status }) => status);
    const devices = this.#residency.devices.map((device) => this.#statusOf(device));
    return { devices, models, protections: this.#launcher.protections };
  }

  #statusOf(name: string): DeviceStatus {
    const budgetBytes = this.#residency.budgetOf(name);
    const cores = name === 'cpu' ? availableParallelism() : undefined;
    return { name, budgetBytes: Number.isFinite(budgetBytes) ? budgetBytes : undefined, ...this.#residency.usageOf(name), cores };
  }

  /** Accelerators and their memory are known once a runtime that can use them was asked. */
  #learn({ devices, memoryBytes = {} }: DescribedHeader): void {
    const { gpuMemoryMb } = this.#limits;
    for (const device of devices) {
      if (device !== 'cpu') this.#residency.limit(device, gpuMemoryMb === undefined ? (memoryBytes[device] ?? Infinity) : gpuMemoryMb * MIB);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#housekeeping);
    for (const model of this.#models.values()) model.close();
    this.#residency.close();
    await this.#launcher.close();
  }

  #add(handle: ModelHandle): ResidentModel {
    const { store, log, metrics } = this.#options;
    const model = new ResidentModel({
      model: handle,
      store,
      launcher: this.#launcher,
      descriptions: this.#descriptions,
      placement: this.#placement,
      residency: this.#residency,
      limits: this.#limits,
      log,
      metrics,
      busy: this.#busy,
    });
    this.#models.set(handle.digest, model);
    return model;
  }

  #keepHouse(): void {
    const nowMs = performance.now();
    for (const model of this.#models.values()) model.trim(nowMs - this.#limits.replicaIdleMs);
    this.#residency.evictIdle(nowMs - this.#limits.idleMs);
    this.#residency.makeRoom();
    for (const [digest, model] of this.#models) if (model.isForgettable(nowMs - FORGOTTEN_AFTER_MS)) this.#models.delete(digest);
  }
}
