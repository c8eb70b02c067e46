import { runtimeErrors } from '@steelyard/runtime-kit';
import { importsOptional, loadCore, loadCpuBackend, loadWasmBackend } from './library.js';
import type { Core, Import } from './library.js';

export type Device = 'cpu' | 'cuda';
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** TensorFlow.js with the backend that runs everything in this process. */
export interface Backend {
  readonly tf: Core;
  readonly name: BackendName;
}

export interface BackendChoice {
  readonly device: Device;
  readonly backend: 'auto' | 'wasm' | 'cpu';
  /** For specs. */
  readonly importPackage?: Import;
}

/** What may run a model, the fastest first. The packages named are optional: an operator installs them. */
const CANDIDATES: Readonly<Record<Device, readonly { readonly name: BackendName; readonly optional?: string }[]>> = {
  cuda: [{ name: 'tensorflow', optional: '@tensorflow/tfjs-node-gpu' }],
  cpu: [{ name: 'tensorflow', optional: '@tensorflow/tfjs-node' }, { name: 'wasm' }, { name: 'cpu' }],
};

/**
 * Switches this process to the fastest backend of a device that really starts.
 * @throws AppError `RUNTIME.DEVICE_UNAVAILABLE` where none does.
 */
export async function chooseBackend({ device, backend, importPackage }: BackendChoice): Promise<Backend> {
  const tf = await loadCore();
  for (const { name, optional } of CANDIDATES[device]) {
    if (backend !== 'auto' && backend !== name) continue;
    if (optional !== undefined && !(await importsOptional(optional, importPackage))) continue;
    if (await switchTo(tf, name)) {
      if (device !== 'cuda' || usesGpu(tf)) return { tf, name };
    }
  }
  throw runtimeErrors.DEVICE_UNAVAILABLE({ runtime: 'tfjs', device: backend === 'auto' ? device : `${device} (${backend})`, available: device === 'cpu' ? [] : ['cpu'] });
}

/** `setBackend` says by its result, and by nothing else, that it stayed with the backend there was. */
export async function switchTo(tf: Core, name: BackendName): Promise<boolean> {
  if (name === 'wasm') await loadWasmBackend();
  if (name === 'cpu') await loadCpuBackend();
  const done = await tf.setBackend(name).catch(() => false);
  return done && tf.getBackend() === name;
}

/** TensorFlow's GPU build falls back to the CPU without a word. */
function usesGpu(tf: Core): boolean {
  return (tf.backend() as { isUsingGpuDevice?: unknown }).isUsingGpuDevice === true;
}

/** The backend has no code for an operation: TensorFlow.js says so when it meets it. */
export function isMissingKernel(error: unknown): boolean {
  return error instanceof Error && /^Kernel '\w+' not registered for backend/.test(error.message);
}
