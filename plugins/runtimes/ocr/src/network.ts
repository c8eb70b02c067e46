import { runtimeErrors } from '@steelyard/runtime-kit';
import { isTensor } from '@steelyard/wire';
import type { Tensor } from '@steelyard/wire';
import type { OnnxModel } from '@steelyard/runtime-onnx/session';

const FREE = -1;

/** One of the two models, which takes a picture and gives one tensor. */
export class Network {
  readonly #model: OnnxModel;
  readonly #input: string;
  readonly #output: string;

  /**
   * @param height Of the pictures that it will be given; undefined for any.
   * @throws AppError `RUNTIME.LOAD_FAILED` for a model that takes or gives something else.
   */
  constructor(model: OnnxModel, artifact: string, height?: number) {
    const [input, ...others] = model.inputs;
    const [output] = model.outputs;
    const wanted = [1, 3, height ?? FREE, FREE];
    const fits = input?.shape.length === wanted.length && input.shape.every((size, axis) => size === FREE || size === wanted[axis]);
    if (!fits || input.dtype !== 'float32' || others.length > 0 || !output) {
      throw runtimeErrors.LOAD_FAILED({ model: artifact, reason: `it must take one float32 tensor [n, 3, ${height ?? 'height'}, width], of any width, and give one` });
    }
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
