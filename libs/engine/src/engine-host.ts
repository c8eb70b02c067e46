import type { Manifest } from '@steelyard/model-package';
import type { DescribedHeader, InspectedHeader, LoadedHeader } from '@steelyard/wire';

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
  readonly answers: readonly TrialAnswer[];
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
  readonly restarts: number;
}

export interface EngineStatus {
  readonly runners: readonly RunnerStatus[];
  /** Which protections runner processes have on this machine, e.g. `pdeathsig`, `memory-limit`, `own-uid`, `no-network`. */
  readonly protections: readonly { readonly name: string; readonly active: boolean; readonly reason?: string }[];
}

/** Runs model versions in supervised child processes. Fails with `AppError`s of `ENGINE.*`, `RUNTIME.*` and `INPUT.*`. */
export interface EngineHost {
  run(request: EngineRequest, signal?: AbortSignal): Promise<EngineAnswer>;
  /** What the runtime says of itself; asked once of a throw-away runner, then remembered. */
  describe(runtimeName: string): Promise<DescribedHeader>;
  /** Has the runtime scan a package that is not trusted yet, in a throw-away runner. */
  inspect(model: MaterializedModel): Promise<InspectedHeader>;
  /** Loads a version in a quarantined runner, runs the inputs `rounds` times one by one, and ends the runner. */
  trial(model: MaterializedModel, inputs: readonly Uint8Array[], rounds?: number, onLoaded?: (loaded: LoadedHeader) => void): Promise<Trial>;
  status(): EngineStatus;
  close(): Promise<void>;
}
