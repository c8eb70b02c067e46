import { defineErrors } from '@steelyard/kernel';

/** Failures of a runtime or of a model version, as opposed to those of one request's input. */
export const runtimeErrors = defineErrors('RUNTIME', {
  UNKNOWN: {
    kind: 'not-configured',
    message: (p: { runtime: string; reason: string }) => `The runtime "${p.runtime}" cannot be loaded: ${p.reason}`,
    fix: (p: { runtime: string; reason: string }) => `Install the package, e.g. npm install ${p.runtime}, next to Steelyard's own.`,
  },
  INCOMPATIBLE: {
    kind: 'invalid',
    message: (p: { runtime: string; reason: string }) => `The runtime "${p.runtime}" does not fit: ${p.reason}`,
  },
  LIBRARY_MISSING: {
    kind: 'not-configured',
    message: (p: { runtime: string; library: string; reason: string; install?: string }) =>
      `The runtime "${p.runtime}" needs ${p.library}, which does not load here: ${p.reason}`,
    fix: (p: { runtime: string; library: string; reason: string; install?: string }) => `Run: ${p.install ?? `npm install ${p.library}`}`,
  },
  OPTIONS_INVALID: {
    kind: 'invalid',
    message: (p: { runtime: string; reason: string }) => `runtime.options is not what "${p.runtime}" takes: ${p.reason}`,
  },
  DEVICE_UNAVAILABLE: {
    kind: 'not-configured',
    message: (p: { runtime: string; device: string; available: readonly string[] }) =>
      `The runtime "${p.runtime}" has no device "${p.device}" here; it has ${p.available.join(', ')}`,
  },
  ARTIFACT_REFUSED: {
    kind: 'invalid',
    message: (p: { path: string; reason: string }) => `The file ${p.path} is refused: ${p.reason}`,
  },
  LOAD_FAILED: {
    kind: 'invalid',
    message: (p: { model: string; reason: string }) => `${p.model} does not load: ${p.reason}`,
  },
  RUN_FAILED: {
    kind: 'model-failed',
    message: (p: { reason: string }) => `The model failed on this input: ${p.reason}`,
  },
  OUTPUT_INVALID: {
    kind: 'model-failed',
    message: (p: { field: string; reason: string }) => `The model's output${p.field === '' ? '' : ` "${p.field}"`} does not fit the manifest: ${p.reason}`,
  },
  DEADLINE_EXCEEDED: {
    kind: 'deadline-exceeded',
    message: (p: { lateMs: number }) => `The deadline had passed ${p.lateMs} ms before the model could start`,
  },
  CANCELLED: {
    kind: 'cancelled',
    message: (_: { item: number }) => 'Nobody waited for the answer any more before the model could start',
  },
  NOT_LOADED: {
    kind: 'internal',
    message: (_: { asked: string }) => 'No model is loaded in this runner',
  },
  ALREADY_LOADED: {
    kind: 'internal',
    message: (_: { asked: string }) => 'This runner has loaded a model already; one process runs one model version',
  },
  SPAWN_INCOMPLETE: {
    kind: 'internal',
    message: (p: { variable: string }) => `A runner is started by an EngineHost, which sets ${p.variable}`,
  },
  FRAME_UNEXPECTED: {
    kind: 'internal',
    message: (p: { kind: number }) => `A runner does not answer frames of kind ${p.kind}`,
  },
});

/** Failures of one request's input; the others of its batch go on. */
export const inputErrors = defineErrors('INPUT', {
  INVALID: {
    kind: 'invalid',
    message: (p: { field: string; reason: string }) => `The input "${p.field}" is not valid: ${p.reason}`,
  },
});

/** The text of anything thrown, first line only and bounded: native libraries put paths and stack traces into theirs. */
export function reasonOf(error: unknown, lengthMax = 400): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > lengthMax ? `${line.slice(0, lengthMax)}…` : line;
}
