import { defineErrors } from '@steelyard/kernel';

export const engineErrors = defineErrors('ENGINE', {
  OVERLOADED: {
    kind: 'rate-limited',
    message: ({ label, queued }: { label: string; queued: number; retryAfterMs: number }) =>
      `the queue of ${label} is full; ${queued} of your calls wait in it`,
    fix: 'wait for answers before sending more, or retry after a pause',
  },
  INPUT_TOO_LARGE: {
    kind: 'too-large',
    message: ({ bytes, maxBytes }: { bytes: number; maxBytes: number }) => `the input has ${bytes} bytes, the limit is ${maxBytes}`,
  },
  DEADLINE_EXCEEDED: {
    kind: 'deadline-exceeded',
    message: ({ label, reason }: { label: string; reason: string }) => `${label} did not answer in time: ${reason}`,
    fix: 'allow more time, or send fewer calls at once',
  },
  CANCELLED: {
    kind: 'cancelled',
    message: ({ label }: { label: string }) => `the call of ${label} was cancelled`,
  },
  RUNNER_LOST: {
    kind: 'unavailable',
    message: ({ label, reason }: { label: string; reason: string }) => `the process that runs ${label} was lost: ${reason}`,
    fix: 'if the same input fails again, it is the input that this model cannot take',
  },
  LOAD_FAILED: {
    kind: 'unavailable',
    message: ({ label, reason }: LoadFailure) => `${label} could not be loaded: ${reason}`,
  },
  PROTECTION_UNTRIED: {
    kind: 'unavailable',
    message: ({ tool, reason }: { tool: string; reason: string }) => `no model is started unprotected, and ${tool}, which protects this machine from models, could not be tried: ${reason}`,
    fix: 'retry after a pause; where it stays so, the operator removes or repairs the tool',
  },
  TRIAL_TOO_LONG: {
    kind: 'model-failed',
    message: ({ label, limitMs }: { label: string; limitMs: number }) => `${label} was ended: its samples may take ${limitMs / 1_000} s together`,
    fix: 'make the model quicker, or try it with fewer or smaller samples',
  },
  MEMORY_INSUFFICIENT: {
    kind: 'unavailable',
    retryable: false,
    message: ({ label, device, bytes, budgetBytes, pinnedBytes }: MemoryNeed) =>
      `${label} needs ${mebibytes(bytes)} of memory on ${device}; models may take ${mebibytes(budgetBytes)} there${pinnedBytes > 0 ? `, of which pinned ones take ${mebibytes(pinnedBytes)}` : ''}`,
    fix: ({ device }: MemoryNeed) => `a smaller variant of the model may fit; the operator can unpin models, or raise ${settingOf(device)}`,
  },
  PINS_EXCEEDED: {
    kind: 'conflict',
    message: ({ label, device, bytes, budgetBytes, pinnedBytes, pinned, pinsMax }: MemoryNeed & { pinned: number; pinsMax: number }) =>
      `${label} cannot be pinned: it needs ${mebibytes(bytes)} on ${device}, where pinned models take ${mebibytes(pinnedBytes)} of ${mebibytes(budgetBytes)}; ${pinned} are pinned of at most ${pinsMax}`,
    fix: ({ device }: MemoryNeed) => `unpin another model, or raise ${settingOf(device)}`,
  },
  GPU_MISSING: {
    kind: 'unavailable',
    retryable: false,
    message: ({ label, runtime, unusable }: { label: string; runtime: string; unusable: readonly { readonly device: string; readonly reason: string }[] }) =>
      [`${label} requires a GPU (resources.gpu in model.yaml), and the runtime ${runtime} can use none here`, ...unusable.map(({ device, reason }) => `${device}: ${reason}`)].join('; '),
    fix: 'the operator sees what each runtime can use with: steelyard engine devices; with resources: { gpu: prefer } the model runs without a GPU too',
  },
  CIRCUIT_OPEN: {
    kind: 'unavailable',
    message: ({ label, retryAfterMs }: { label: string; retryAfterMs: number }) =>
      `${label} has failed repeatedly and rests for another ${Math.ceil(retryAfterMs / 1000)} s`,
    fix: 'retry later; the provider sees why in the version\'s log',
  },
  RUNTIME_UNKNOWN: {
    kind: 'invalid',
    message: ({ runtime, known }: { runtime: string; known: readonly string[] }) =>
      `there is no runtime "${runtime}" here; there is ${known.join(', ')}`,
    fix: 'name one of these in model.yaml, or have the operator add the runtime to the settings',
  },
  CLOSED: {
    kind: 'unavailable',
    message: (_: { label: string }) => 'the engine is shutting down',
  },
});

export interface LoadFailure {
  readonly label: string;
  readonly reason: string;
  /** The end of what the process wrote to stderr: for the log and for the provider, never for a caller. */
  readonly stderr?: string;
}

export interface MemoryNeed {
  readonly label: string;
  readonly device: string;
  readonly bytes: number;
  readonly budgetBytes: number;
  /** Of other models. */
  readonly pinnedBytes: number;
}

/** What the operator gives models of a device. */
function settingOf(device: string): string {
  return device === 'cpu' ? 'STEELYARD_ENGINE_MEMORY_MB' : 'STEELYARD_ENGINE_GPU_MEMORY_MB';
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}
