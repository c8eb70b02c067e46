import type { DescribedHeader, InspectedHeader, LoadedHeader } from '@steelyard/wire';
import type { EngineAnswer, EngineHost, EngineHostOptions, EngineRequest, EngineStatus, MaterializedModel, ModelHandle, Trial } from './engine-host.js';
import { engineErrors } from './errors.js';
import { defaultLimits, type EngineLimits } from './limits.js';
import { Quarantine } from './quarantine.js';
import { Residency } from './residency.js';
import { ResidentModel } from './resident-model.js';
import { RunnerLauncher } from './supervision/runner-launcher.js';
import { RuntimeDescriptions } from './supervision/runtime-descriptions.js';

const builtInRuntimes = { echo: '@steelyard/runtime-echo', onnx: '@steelyard/runtime-onnx' };

const HOUSEKEEPING_MS_MAX = 30_000;

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
  readonly #residency: Residency<ResidentModel>;
  readonly #models = new Map<string, ResidentModel>();
  readonly #housekeeping: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  constructor(options: EngineHostOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    const { runnerEntry, workDir, log, metrics, runtimePackages = builtInRuntimes } = options;
    this.#launcher = new RunnerLauncher({ runnerEntry, workDir, runtimePackages, limits: this.#limits, log, metrics });
    this.#descriptions = new RuntimeDescriptions(this.#launcher, this.#limits);
    this.#quarantine = new Quarantine(this.#launcher, this.#descriptions, this.#limits);
    this.#residency = new Residency(this.#limits.maxRunners);
    const everyMs = Math.min(this.#limits.idleMs / 4, HOUSEKEEPING_MS_MAX);
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

  status(): EngineStatus {
    return { runners: [...this.#models.values()].map(({ status }) => status), protections: this.#launcher.protections };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#housekeeping);
    for (const model of this.#models.values()) model.close();
    await this.#launcher.close();
  }

  #add(handle: ModelHandle): ResidentModel {
    const { store, log, metrics } = this.#options;
    const model = new ResidentModel({
      model: handle,
      store,
      launcher: this.#launcher,
      descriptions: this.#descriptions,
      residency: this.#residency,
      limits: this.#limits,
      log,
      metrics,
    });
    this.#models.set(handle.digest, model);
    return model;
  }

  #keepHouse(): void {
    this.#residency.evictIdle(performance.now() - this.#limits.idleMs);
    this.#residency.makeRoom();
    for (const [digest, model] of this.#models) if (model.forgettable) this.#models.delete(digest);
  }
}
