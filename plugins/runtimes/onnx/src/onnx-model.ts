import { batchDimensionOf, itemShape } from '@steelyard/model-package/onnx';
import { runItems, runtimeErrors } from '@steelyard/runtime-kit';
import type { BatchDimension, Item, LoadedModel } from '@steelyard/runtime-kit';
import { DTYPES, fromHalf, toHalf } from '@steelyard/wire';
import type { DType, Tensor, TensorSpec } from '@steelyard/wire';
import type { InferenceSession, OnnxValue, Tensor as OnnxTensor } from 'onnxruntime-node';
import type { OnnxLibrary } from './onnx-library.js';

/** IEEE 754 binary16, as ONNX calls it. */
const HALF = 'float16';

export interface OnnxModelOptions {
  readonly library: OnnxLibrary;
  readonly session: InferenceSession;
  readonly device: string;
  /** The model's tensors have no batch dimension, whatever their shapes look like. */
  readonly withoutBatch: boolean;
}

/** A session and how requests go through it: together where the model allows, one by one where it does not. */
export class OnnxModel implements LoadedModel {
  readonly device: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #library: OnnxLibrary;
  readonly #session: InferenceSession;
  readonly #batch: BatchDimension;
  readonly #halfInputs: ReadonlySet<string>;

  /** @throws AppError `RUNTIME.LOAD_FAILED` for a model with inputs or outputs that cannot be carried. */
  constructor({ library, session, device, withoutBatch }: OnnxModelOptions) {
    const inputs = session.inputMetadata.map((value) => tensorOnly(value, 'input'));
    const outputs = session.outputMetadata.map((value) => tensorOnly(value, 'output'));
    this.device = device;
    this.#library = library;
    this.#session = session;
    this.#batch = withoutBatch ? 'none' : batchDimensionOf(inputs, outputs);
    const specOf = (value: TensorValue): TensorSpec => ({ name: value.name, dtype: carriedType(value.type), shape: itemShape(value, this.#batch) });
    this.inputs = inputs.map(specOf);
    this.outputs = outputs.map(specOf);
    this.#halfInputs = new Set(inputs.filter(({ type }) => type === HALF).map(({ name }) => name));
  }

  run(items: readonly Item[]): Promise<readonly (Item | Error)[]> {
    return runItems(items, { inputs: this.inputs, outputs: this.outputs, batch: this.#batch, execute: (feeds) => this.#execute(feeds) });
  }

  close(): Promise<void> {
    return this.#session.release();
  }

  async #execute(tensors: readonly Tensor[]): Promise<readonly Tensor[]> {
    const feeds: Record<string, OnnxTensor> = {};
    for (const [at, { name }] of this.inputs.entries()) feeds[name] = this.#toOnnx(name, tensors[at] as Tensor);
    const results = await this.#session.run(feeds);
    return this.outputs.map(({ name }) => fromOnnx(name, results[name]));
  }

  #toOnnx(name: string, { dtype, data, shape }: Tensor): OnnxTensor {
    if (this.#halfInputs.has(name)) return new this.#library.Tensor(HALF, toHalf(data as Float32Array), shape);
    return new this.#library.Tensor(dtype as 'float32', data as Float32Array, shape);
  }
}

type TensorValue = InferenceSession.TensorValueMetadata & { readonly type: DType | typeof HALF };

function tensorOnly(value: InferenceSession.ValueMetadata, side: 'input' | 'output'): TensorValue {
  const problem = !value.isTensor ? 'is no tensor' : isCarried(value.type) ? undefined : `has the type ${value.type}, which is not supported`;
  if (problem !== undefined) throw runtimeErrors.LOAD_FAILED({ model: 'The model', reason: `its ${side} "${value.name}" ${problem}` });
  return value as TensorValue;
}

function isCarried(type: string): type is DType | typeof HALF {
  return type === HALF || (DTYPES as readonly string[]).includes(type);
}

function carriedType(type: DType | typeof HALF): DType {
  return type === HALF ? 'float32' : type;
}

function fromOnnx(name: string, value: OnnxValue | undefined): Tensor {
  if (!value || !isCarried(value.type)) throw runtimeErrors.OUTPUT_INVALID({ field: name, reason: 'the model gave no tensor for it' });
  const { type, dims: shape, data } = value;
  return type === HALF ? { dtype: 'float32', shape, data: fromHalf(halfBits(data as Uint16Array)) } : { dtype: type, shape, data };
}

/** Node 24 and later have an array type for it, of which ONNX Runtime makes its results. */
function halfBits({ buffer, byteOffset, length }: Uint16Array): Uint16Array {
  return new Uint16Array(buffer, byteOffset, length);
}
