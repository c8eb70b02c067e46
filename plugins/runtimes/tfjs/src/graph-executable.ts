import { runtimeErrors } from '@steelyard/runtime-kit';
import type { io, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { Executable, Value } from './executable.js';
import { readSignature } from './graph-signature.js';
import type { GraphSignature } from './graph-signature.js';
import { loadConverter } from './library.js';
import type { ScannedModel } from './package/scan-package.js';

export interface GraphSource {
  readonly scanned: ScannedModel;
  readonly handler: io.IOHandler;
  /** `runtime.options.outputs`. */
  readonly wanted: readonly string[] | undefined;
}

/** How TensorFlow.js says that the size of some tensor is known only while it runs, or that there is a loop. */
const NEEDS_ASYNC = /use model\.executeAsync/;

/** A graph of TensorFlow, run node by node. */
export class GraphExecutable implements Executable {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[] | undefined;
  readonly outputNames: readonly string[];
  readonly #model: GraphModel;
  #isDynamic = false;

  static async load({ scanned, handler, wanted }: GraphSource): Promise<GraphExecutable> {
    const signature = readSignature(scanned.signature, scanned.topology);
    const { loadGraphModel } = await loadConverter();
    return new GraphExecutable(await loadGraphModel(handler), signature, wanted);
  }

  private constructor(model: GraphModel, signature: GraphSignature, wanted: readonly string[] | undefined) {
    const all = signature.outputNames ?? model.outputNodes;
    const unknown = wanted?.find((name) => !all.includes(name));
    if (unknown !== undefined) {
      throw runtimeErrors.OPTIONS_INVALID({ runtime: 'tfjs', reason: `"outputs" names ${unknown}, and the model has ${all.slice(0, 20).join(', ')}` });
    }
    this.#model = model;
    this.inputs = signature.inputs;
    this.outputNames = wanted ?? all;
    this.outputs = signature.outputs && this.outputNames.map((name) => signature.outputs?.find((value) => value.name === name) as Value);
  }

  async execute(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    const feeds: NamedTensorMap = Object.fromEntries(this.inputs.map(({ name }, index) => [name, inputs[index] as Tensor]));
    const names = [...this.outputNames];
    const outputs = this.#executeNow(feeds, names) ?? (await this.#model.executeAsync(feeds, names));
    return Array.isArray(outputs) ? outputs : [outputs];
  }

  /** Undefined for a graph that can only run asynchronously, which costs more for each node. */
  #executeNow(feeds: NamedTensorMap, names: string[]): Tensor | Tensor[] | undefined {
    if (this.#isDynamic) return undefined;
    try {
      return this.#model.execute(feeds, names);
    } catch (error) {
      this.#isDynamic = error instanceof Error && NEEDS_ASYNC.test(error.message);
      if (!this.#isDynamic) throw error;
      return undefined;
    }
  }

  dispose(): void {
    this.#model.dispose();
  }
}
