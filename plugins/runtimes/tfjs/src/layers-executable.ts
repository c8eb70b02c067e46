import { carriedType } from './executable.js';
import type { Executable, Value } from './executable.js';
import { loadLayers } from './library.js';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';

/** A Keras model, built anew from its description. */
export class LayersExecutable implements Executable {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly outputNames: readonly string[];
  readonly #model: LayersModel;

  static async load(source: io.IOHandler): Promise<LayersExecutable> {
    const { loadLayersModel } = await loadLayers();
    return new LayersExecutable(await loadLayersModel(source, { strict: true }));
  }

  private constructor(model: LayersModel) {
    this.#model = model;
    this.inputs = valuesOf(model.inputs, 'input');
    this.outputs = valuesOf(model.outputs, 'output');
    this.outputNames = this.outputs.map(({ name }) => name);
  }

  execute(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    const outputs = this.#model.predictOnBatch(inputs.length === 1 ? (inputs[0] as Tensor) : [...inputs]);
    return Promise.resolve(Array.isArray(outputs) ? outputs : [outputs]);
  }

  dispose(): void {
    this.#model.dispose();
  }
}

/**
 * Tensors are named after their layers: TensorFlow.js numbers the tensors' own names through all models of a process. A
 * layer that gives several has them numbered, the first without a number.
 */
function valuesOf(tensors: readonly SymbolicTensor[], side: string): Value[] {
  const uses = new Map<string, number>();
  return tensors.map(({ dtype, shape, sourceLayer }) => {
    const count = uses.get(sourceLayer.name) ?? 0;
    uses.set(sourceLayer.name, count + 1);
    const name = count === 0 ? sourceLayer.name : `${sourceLayer.name}:${count}`;
    return { name, dtype: carriedType(dtype, `${side} "${name}"`), shape: shape.map((size) => size ?? -1) };
  });
}
