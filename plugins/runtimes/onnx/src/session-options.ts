import type { OpenContext } from '@steelyard/runtime-kit';
import type { InferenceSession } from 'onnxruntime-node';

/** Messages below it quote inputs ("index 9 out of bounds"); the same text reaches the caller as an error. */
const SEVERITY_FATAL = 4;

/**
 * Many models share a machine: threads do not spin while they wait, and freed memory goes back to the system instead of
 * into an arena. Both cost nothing measurable in speed.
 */
export function sessionOptions({ device, threads }: Pick<OpenContext, 'device' | 'threads'>): InferenceSession.SessionOptions {
  return {
    // Named here, since the default list would leave a device out without a word; operators that CUDA lacks run on the CPU.
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
    graphOptimizationLevel: 'all',
    logSeverityLevel: SEVERITY_FATAL,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  };
}
