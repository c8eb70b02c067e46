import { defineErrors } from '@steelyard/kernel';

export const engineErrors = defineErrors('ENGINE', {
  OVERLOADED: {
    kind: 'rate-limited',
    message: ({ label, queued }: { label: string; queued: number }) => `${queued} of your calls already wait for ${label}`,
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
