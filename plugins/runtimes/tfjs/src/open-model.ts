import { AppError } from '@steelyard/kernel';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { LoadedModel, OpenContext } from '@steelyard/runtime-kit';
import { chooseBackend } from './backend.js';
import type { Device } from './backend.js';
import type { Executable } from './executable.js';
import { GraphExecutable } from './graph-executable.js';
import { LayersExecutable } from './layers-executable.js';
import { scanPackage } from './package/scan-package.js';
import { sourceOf } from './package/weights-source.js';
import { Session } from './session.js';
import { TfjsModel } from './tfjs-model.js';
import { tryOut } from './trial-run.js';

export interface TfjsOptions {
  /** Which artifact is the model, where the package has several `.json` files. */
  readonly model?: string;
  /** Which outputs of a graph model to work out; all of them unless given. */
  readonly outputs?: readonly string[];
  /** `none`: tensors go to the model as they are. Default `auto`: a first dimension that is free, or 1, in all tensors is the batch. */
  readonly batchDimension?: 'auto' | 'none';
  /** Default `auto`. */
  readonly backend?: 'auto' | 'wasm' | 'cpu';
}

const DEVICES: readonly string[] = ['cpu', 'cuda'] satisfies Device[];

/** Loads the package's model. The files are scanned again: what loads them must not trust that somebody else did. */
export async function openModel(context: OpenContext<TfjsOptions>): Promise<LoadedModel> {
  const { dir, manifest, device, options } = context;
  if (!DEVICES.includes(device)) throw runtimeErrors.DEVICE_UNAVAILABLE({ runtime: 'tfjs', device, available: DEVICES });
  const scanned = await scanPackage({ dir, manifest });
  const wantedBackend = options.backend ?? 'auto';
  const backend = await chooseBackend({ device: device as Device, backend: wantedBackend });
  let executable: Executable | undefined;
  try {
    const handler = sourceOf(dir, scanned);
    executable = scanned.format === 'graph-model' ? await GraphExecutable.load({ scanned, handler, wanted: options.outputs }) : await LayersExecutable.load(handler);
    const session = new Session({ backend, executable, mayFallBack: wantedBackend === 'auto' });
    const withoutBatch = options.batchDimension === 'none';
    const outputs = await tryOut(session, withoutBatch);
    return new TfjsModel({ session, device: device as Device, outputs, withoutBatch });
  } catch (error) {
    executable?.dispose();
    if (error instanceof AppError) throw error;
    throw runtimeErrors.LOAD_FAILED({ model: `${manifest.name}@${manifest.version}`, reason: reasonOf(error) }, error);
  }
}
