import type { Manifest } from '@steelyard/model-package';
import type { DescribedHeader, InspectedHeader, LoadedHeader } from '@steelyard/wire';
import type { EngineLimits } from './limits.js';

/** Which version to run: `digest` names it, `label` (`acme/digits@1.0.0`) is for people and process lists. */
export interface ModelHandle {
  readonly digest: string;
  readonly label: string;
}

export interface MaterializedModel {
  /** A private folder with the package's files and `manifest.json`. */
  readonly dir: string;
  readonly manifest: Manifest;
}

/** Port: brings a version's files to this machine. Given by the app. */
export interface ModelStore {
  materialize(digest: string): Promise<MaterializedModel>;
}

/** Port: where the engine writes its log lines. Fields never hold inputs or outputs. */
export interface EngineLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** Port: what the engine counts. */
export interface EngineMetrics {
  batch(fields: { label: string; size: number; queueMs: number; computeMs: number }): void;
  runnerExit(fields: { label: string; reason: string }): void;
}

export interface EngineRequest {
  readonly id: string;
  /** Fairness is per tenant. */
  readonly tenantId: string;
  readonly model: ModelHandle;
  /** CBOR of the input object: media as encoded bytes or base64 text, tensors as `Tensor`. */
  readonly input: Uint8Array;
  /** Unix time in milliseconds after which nobody waits for the answer. */
  readonly deadlineAtMs: number;
}

export interface EngineAnswer {
  /** CBOR of the output object. */
  readonly output: Uint8Array;
  readonly timings: { readonly queueMs: number; readonly computeMs: number; readonly batchSize: number };
}

/** What a quarantined run of a new version showed. */
export interface Trial {
  readonly loaded: LoadedHeader;
  /** Round by round, each in the order of the inputs. Once the runner is lost, all that follow fail alike. */
  readonly answers: readonly TrialAnswer[];
  /** The most anonymous memory the runner was seen to hold. */
  readonly memoryBytes: number;
}

export type TrialAnswer =
  | { readonly ok: true; readonly output: Uint8Array; readonly latencyMs: number }
  | { readonly ok: false; readonly error: Error };

export interface RunnerStatus {
  readonly label: string;
  readonly digest: string;
  readonly pid: number | undefined;
  readonly state: 'starting' | 'ready' | 'backing-off' | 'closed';
  readonly memoryBytes: number;
  readonly queued: number;
  readonly inFlight: number;
  /** How often its process was lost and had to be started again. */
  readonly restarts: number;
  /** Those that its process really has; one may be missing for a single model, e.g. `own-uid` when its files are closed to others. */
  readonly protections: readonly string[];
}

/** Something that keeps runner processes from doing harm; `reason` says why it is not active here. */
export interface Protection {
  readonly name: string;
  readonly active: boolean;
  readonly reason?: string;
}

export interface EngineStatus {
  readonly runners: readonly RunnerStatus[];
  /**
   * Which protections runner processes have on this machine: `dies-with-engine`, `memory-limit`, `no-network`, `own-uid`,
   * `no-capabilities`, `no-new-privileges`. Empty until the machine was probed, which happens before the first runner.
   */
  readonly protections: readonly Protection[];
}

export interface EngineHostOptions {
  /** The file that a runner process executes: that of `@steelyard/runner`. */
  readonly runnerEntry: string;
  readonly store: ModelStore;
  readonly log: EngineLog;
  readonly metrics: EngineMetrics;
  /** For the runners' private folders; made when it is missing. */
  readonly workDir: string;
  /** The npm package of each runtime that models may name. Default: the built-in ones. */
  readonly runtimePackages?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Partial<EngineLimits> | undefined;
}

/** Runs model versions in supervised child processes. Fails with `AppError`s of `ENGINE.*`, `RUNTIME.*` and `INPUT.*`. */
export interface EngineHost {
  /** Retries once when the runner is lost under the call; the model is loaded when it is not. */
  run(request: EngineRequest, signal?: AbortSignal): Promise<EngineAnswer>;
  /** What the runtime says of itself; asked once of a throw-away runner, then remembered. */
  describe(runtimeName: string): Promise<DescribedHeader>;
  /** Has the runtime scan a package that is not trusted yet, in a throw-away runner. */
  inspect(model: MaterializedModel): Promise<InspectedHeader>;
  /** Loads a version in a quarantined runner, runs the inputs `rounds` times one by one, and ends the runner. */
  trial(model: MaterializedModel, inputs: readonly Uint8Array[], rounds?: number, onLoaded?: (loaded: LoadedHeader) => void): Promise<Trial>;
  status(): EngineStatus;
  /** Fails what waits and runs with `ENGINE.CLOSED` and ends every process. Leaves no file, socket or process behind. */
  close(): Promise<void>;
}
