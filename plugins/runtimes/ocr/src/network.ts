import { runtimeErrors } from '@steelyard/runtime-kit';
import { isTensor } from '@steelyard/wire';
import type { Tensor } from '@steelyard/wire';
import type { OnnxModel } from '@steelyard/runtime-onnx/session';

const NCHW = 4;

/** One of the two models, which takes a picture and gives one tensor. */
export class Network {
  readonly #model: OnnxModel;
  readonly #input: string;
  readonly #output: string;

  /** @throws AppError `RUNTIME.LOAD_FAILED` for a model that takes or gives something else. */
  constructor(model: OnnxModel, what: string) {
    const [input, ...others] = model.inputs;
    const [output] = model.outputs;
    const fits = input !== undefined && output !== undefined && others.length === 0 && input.dtype === 'float32' && input.shape.length === NCHW && input.shape[1] !== 1;
    if (!fits) throw runtimeErrors.LOAD_FAILED({ model: what, reason: 'it does not take one float32 tensor [n, 3, height, width] and give one tensor' });
    this.#model = model;
    this.#input = input.name;
    this.#output = output.name;
  }

  /** Undefined where the model leaves it free. */
  outputSize(axis: number): number | undefined {
    const size = this.#model.outputs[0]?.shape[axis];
    return size === undefined || size < 0 ? undefined : size;
  }

  async run(picture: Tensor): Promise<Tensor> {
    const [answer] = await this.#model.run([{ [this.#input]: picture }]);
    if (answer instanceof Error) throw answer;
    const tensor = answer?.[this.#output];
    if (!isTensor(tensor)) throw runtimeErrors.OUTPUT_INVALID({ field: this.#output, reason: 'the model gave no such tensor' });
    return tensor;
  }

  close(): Promise<void> {
    return this.#model.close();
  }
}
