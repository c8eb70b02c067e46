import type { CurvePoint, Manifest, Tuning } from '@steelyard/model-package';
import type { DescribedHeader, InspectedHeader, LoadedHeader } from '@steelyard/wire';
import type { EngineStatus, RuntimeDevices } from './engine-status.js';
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
  /** What was measured best when the version was published; without it the engine finds its way while it runs. */
  readonly tuning?: Tuning | undefined;
  /** Memory that the version was seen to take, in bytes; without it 1.6 times its files are assumed until it is loaded. */
  readonly memoryBytes?: number | undefined;
  /** The device on which it took that; the CPU unless said. */
  readonly measuredOn?: string | undefined;
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
  /** A version was loaded: how long the process took to start and the model to load. */
  loaded(fields: { label: string; device: string; startMs: number; loadMs: number; memoryBytes: number }): void;
  /** A call was refused before it ran, by the code of its error. */
  refused(fields: { label: string; code: string }): void;
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
  /**
   * Takes a part of the answer, as CBOR, while the model works. The runner goes on when the promise resolves and a small
   * number of parts is on the way, so that a slow reader slows its own call only. Without it no parts are sent.
   */
  readonly onPart?: ((part: Uint8Array) => void | Promise<void>) | undefined;
  /**
   * Told what the call waits for, each state at most once and in this order; a warm call sees `running` alone. A call that is tried
   * again is told from the beginning: it waits, and then it is `running` once more.
   */
  readonly onState?: ((state: CallState) => void) | undefined;
}

/**
 * `queued`: it waits behind others, or for room in memory. `loading`: its model is being loaded for it. `running`: a runner
 * works on it.
 */
export type CallState = 'queued' | 'loading' | 'running';

export interface EngineAnswer {
  /** CBOR of the output object. */
  readonly output: Uint8Array;
  readonly timings: EngineTimings;
}

export interface EngineTimings {
  readonly queueMs: number;
  readonly computeMs: number;
  readonly batchSize: number;
  /** How much of the time in the queue was a cold start; 0 when a runner was there. */
  readonly coldStartMs: number;
  /** Parts that were handed out before the answer. */
  readonly parts: number;
}

/** What a quarantined run of a new version showed. */
export interface Trial {
  readonly loaded: LoadedHeader;
  /**
   * Round by round, each in the order of the inputs. Once the runner is lost, all that follow fail alike. Rounds beyond the first
   * are left out where there is no time for them.
   */
  readonly answers: readonly TrialAnswer[];
  /** The most anonymous memory the runner was seen to hold. */
  readonly memoryBytes: number;
  /** From the start of the process to its first word, in milliseconds. The load comes on top. */
  readonly startMs: number;
  /** Whether parts of an answer came before the answer. */
  readonly streams: boolean;
}

/** What a sweep over batch sizes and threads in quarantine found; see `Tuning`. */
export interface Sweep {
  readonly curve: readonly CurvePoint[];
  readonly tuning: Tuning;
}

export type TrialAnswer =
  | { readonly ok: true; readonly output: Uint8Array; readonly latencyMs: number }
  | { readonly ok: false; readonly error: Error };

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
  /** From where those packages are looked for first, as a module there would find them. Default: the folder this process was started in. */
  readonly packageFolder?: string | undefined;
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
  /**
   * Loads a version in a quarantined runner, runs the inputs `rounds` times one by one, and ends the runner. Rejects with
   * `ENGINE.TRIAL_TOO_LONG` when the runs take longer than `trialMs` together.
   */
  trial(model: MaterializedModel, inputs: readonly Uint8Array[], rounds?: number, onLoaded?: (loaded: LoadedHeader) => void): Promise<Trial>;
  /**
   * Runs batches of growing size, with one thread and with all, in quarantined runners, and picks what the version is best
   * run by. Measures for `budgetMs` at most, then uses what it has; starts and loads come on top.
   */
  sweep(model: MaterializedModel, inputs: readonly Uint8Array[], budgetMs: number): Promise<Sweep>;
  /**
   * Keeps a version loaded, from now on or no more, as long as this host lives: pins are not stored anywhere. Loads it when it
   * is not. Rejects as {@link run} does when it cannot be loaded, and with `ENGINE.PINS_EXCEEDED`.
   */
  pin(model: ModelHandle, pinned: boolean): Promise<void>;
  /** Ends the runners of a version when nothing runs on them; calls that come later load it again. False when it is busy, pinned or not there. */
  unload(digest: string): boolean;
  /** Asks every runtime for its devices, once; later calls answer from memory. */
  devices(): Promise<readonly RuntimeDevices[]>;
  status(): EngineStatus;
  /** Fails what waits and runs with `ENGINE.CLOSED` and ends every process. Leaves no file, socket or process behind. */
  close(): Promise<void>;
}
