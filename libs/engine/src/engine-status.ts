/** What runs where, at one moment. */
export interface EngineStatus {
  readonly devices: readonly DeviceStatus[];
  readonly models: readonly ModelStatus[];
  /**
   * Which protections runner processes have on this machine; see the README for each. Empty until the machine was probed,
   * which happens before the first runner.
   */
  readonly protections: readonly Protection[];
}

/** One place where models can be: the machine's memory and cores, or an accelerator. */
export interface DeviceStatus {
  /** `cpu`, `cuda` */
  readonly name: string;
  /** What the models here may take together, in bytes; undefined where neither a runtime nor a setting says how much there is. */
  readonly budgetBytes: number | undefined;
  /** What they take now: of the machine's memory by measurement, of an accelerator's as runtimes say, otherwise as their files suggest. */
  readonly usedBytes: number;
  /** What is set aside for models that are being loaded. */
  readonly reservedBytes: number;
  /** Of the machine. */
  readonly cores: number | undefined;
}

/** What one runtime can use on this machine, and why not the rest. */
export interface RuntimeDevices {
  readonly runtime: string;
  readonly version: string;
  readonly usable: readonly string[];
  readonly unusable: readonly { readonly device: string; readonly reason: string }[];
  /** Why the runtime itself cannot be used; then both lists are empty. */
  readonly problem?: string | undefined;
}

export interface ModelStatus {
  /** `acme/digits@1.0.0` */
  readonly label: string;
  readonly digest: string;
  /** `idle`: known, but no runner. `unhealthy`: it failed repeatedly and calls are refused for a while. */
  readonly state: 'idle' | 'loading' | 'ready' | 'backing-off' | 'unhealthy';
  readonly pinned: boolean;
  readonly queued: number;
  readonly inFlight: number;
  /** Answered since the engine came up. */
  readonly calls: number;
  /** Average batch of late. */
  readonly batchSize: number;
  /** How often a runner was lost or did not load. */
  readonly faults: number;
  /** The latest of these, without anything of a caller's input. */
  readonly lastFault: string | undefined;
  /** Of the latest load, in milliseconds: start of the process and load of the model. */
  readonly coldStartMs: number | undefined;
  readonly runners: readonly RunnerStatus[];
}

export interface RunnerStatus {
  readonly pid: number | undefined;
  readonly state: 'starting' | 'ready' | 'closing';
  readonly device: string;
  /** Why it is not on the accelerator that its model prefers and its runtime can use. */
  readonly deviceReason: string | undefined;
  readonly threads: number;
  /** Of the machine's memory. */
  readonly memoryBytes: number;
  /** Of the memory of its device where that has its own: as the runtime says, otherwise as its files suggest. */
  readonly deviceMemoryBytes: number | undefined;
  readonly inFlight: number;
  /** Those that its process really has; one may be missing for a single model, e.g. `own-uid` when its files are closed to others. */
  readonly protections: readonly string[];
}

/** Something that keeps runner processes from doing harm; `reason` says why it is not active here. */
export interface Protection {
  readonly name: string;
  readonly active: boolean;
  readonly reason?: string;
}
