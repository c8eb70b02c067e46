import type { LoadedModel, OpenContext } from '@steelyard/runtime-kit';
import { inspectPackage } from './inspect-package.js';
import { modelPathOf } from './model-file.js';
import { openOnnxFile } from './open-file.js';

export interface OnnxOptions {
  /** Which artifact is the model, where the package has several `.onnx` files. */
  readonly model?: string;
  /** `none`: tensors go to the model as they are. Default `auto`: a first dimension that all tensors share is the batch. */
  readonly batchDimension?: 'auto' | 'none';
}

/** Loads the package's model. The file is scanned again: what loads it must not trust that somebody else did. */
export async function openModel({ options, ...context }: OpenContext<OnnxOptions>): Promise<LoadedModel> {
  await inspectPackage(context);
  return openOnnxFile(context, { artifact: modelPathOf(context.manifest), withoutBatch: options.batchDimension === 'none' });
}
