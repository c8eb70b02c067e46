import { fromHalf, toHalf, type Tensor } from '@steelyard/wire';
import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import type { OnnxLibrary } from '../src/onnx-library.js';
import { sessionOptions } from '../src/session-options.js';
import type { ConformanceCase } from './conformance-cases.js';

/** What ONNX Runtime answers by itself. */
export async function runDirectly(library: OnnxLibrary, { dir, inputs }: ConformanceCase): Promise<Tensor[]> {
  const session = await library.InferenceSession.create(`${dir}/model.onnx`, sessionOptions({ device: 'cpu', threads: 1 }));
  try {
    const feeds: Record<string, OnnxTensor> = {};
    for (const [index, { dtype, shape, data }] of inputs.entries()) {
      const value = session.inputMetadata[index];
      const half = value?.isTensor && value.type === 'float16';
      feeds[value?.name ?? ''] = half ? new library.Tensor('float16', toHalf(data as Float32Array), shape) : new library.Tensor(dtype as 'float32', data as Float32Array, shape);
    }
    const results = await session.run(feeds);
    return session.outputNames.map((name) => {
      const { type, dims, data } = results[name] as OnnxTensor;
      return type === 'float16' ? { dtype: 'float32', shape: dims, data: fromHalf(data as Uint16Array) } : ({ dtype: type, shape: dims, data } as Tensor);
    });
  } finally {
    await session.release();
  }
}
