import { availableParallelism, totalmem } from 'node:os';

const MIB = 1024 * 1024;

/** What an EngineHost allows itself and its runners. Every field has a default. */
export interface EngineLimits {
  /** Runner processes kept at the same time; the least recently used idle one ends to make room. */
  readonly maxRunners: number;
  /** What models may take together of the machine's memory, by what their runners hold of it. */
  readonly memoryMb: number;
  /** What models may take together of an accelerator's memory. Undefined: all that runtimes say it has; no limit where they do not. */
  readonly gpuMemoryMb: number | undefined;
  /** A busy runner has to go when a call of another model has waited so long for its place. */
  readonly turnMs: number;
  /** A runner without work for this long ends. */
  readonly idleMs: number;
  /** A further runner of a model that has one ends sooner. */
  readonly replicaIdleMs: number;
  /** All runs of a trial together, from the loaded model on: it holds a place in memory that nobody else can claim. */
  readonly trialMs: number;
  /** From the spawn to the runner's first word. */
  readonly startMs: number;
  /** Beyond a run's limit, before the process is killed. */
  readonly killGraceMs: number;
  /** For a runner that was asked to close, before it is killed. */
  readonly closeGraceMs: number;
  /** Calls of one tenant that may wait for one model version. */
  readonly queuedPerTenant: number;
  /** Bytes of input of one tenant that may wait for one model version. */
  readonly queuedBytesPerTenant: number;
  /** Calls of all tenants that may wait for one model version. A tenant of which none waits may add one all the same. */
  readonly queuedPerModel: number;
  readonly queuedBytesPerModel: number;
  readonly inputBytes: number;
  /** A batch takes no further item once it holds this much input. */
  readonly batchBytes: number;
  /** Batches grow beyond this only where that pays; it is what a call of another tenant may have to wait for. */
  readonly batchMs: number;
  /** An answer of a runner that is larger ends the runner. */
  readonly answerBytes: number;
  /** Quick batches: a second waits in the runner while the first runs, so that the runner is not idle for a round trip. */
  readonly batchesInFlight: number;
  /** The pause before the second restart in a row; doubles up to `restartDelayMaxMs`. The first restart is immediate. */
  readonly restartDelayMs: number;
  readonly restartDelayMaxMs: number;
  /** So many failures within `failureWindowMs` and calls are refused for `circuitOpenMs`. */
  readonly failuresToOpen: number;
  readonly failureWindowMs: number;
  readonly circuitOpenMs: number;
  /** Memory beside the model's own budget; see {@link defaultLimits}. */
  readonly runnerBaseMb: number;
  /** Threads per runner. One: many runners share the cores, and a lone heavy call is the exception. */
  readonly threads: number;
}

/**
 * `runnerBaseMb`: measured as `VmData`, what `RLIMIT_DATA` counts. A runner needs 82 MB for Node, 84 MB with onnxruntime's
 * library, 134 MB once an image was decoded, and below 150 MB it aborts. Decoding batches of 32 small images without
 * pause it levels out at 340 MB (of which 180 MB are resident): garbage that is not collected yet, and the arenas and
 * stacks of its threads. A limit below that aborts an honest runner. The rest is room for large inputs, and one 8 MB
 * stack per core for the image decoder's workers.
 */
export const defaultLimits: EngineLimits = {
  maxRunners: 16,
  memoryMb: Math.floor((0.6 * memoryOfProcess()) / MIB),
  gpuMemoryMb: undefined,
  turnMs: 3_000,
  idleMs: 15 * 60_000,
  replicaIdleMs: 30_000,
  trialMs: 10 * 60_000,
  startMs: 20_000,
  killGraceMs: 500,
  closeGraceMs: 2_000,
  queuedPerTenant: 1_000,
  queuedBytesPerTenant: 256 * MIB,
  queuedPerModel: 10_000,
  queuedBytesPerModel: 512 * MIB,
  inputBytes: 64 * MIB,
  batchBytes: 32 * MIB,
  batchMs: 4,
  answerBytes: 256 * MIB,
  batchesInFlight: 2,
  restartDelayMs: 200,
  restartDelayMaxMs: 5_000,
  failuresToOpen: 6,
  failureWindowMs: 60_000,
  circuitOpenMs: 15_000,
  runnerBaseMb: 512 + 8 * availableParallelism(),
  threads: 1,
};

/** Of the machine, or of the control group where that allows less. Without a limit the kernel says 0 or more than there is. */
function memoryOfProcess(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
