import { attribute, graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';

type Element = 'float32' | 'int64';

export interface Io {
  readonly name: string;
  readonly element: Element;
  readonly shape: readonly (number | string)[];
}

/** Puts a graph of random weights together, value by value. The numbers mean nothing; the work is that of the real thing. */
export class GraphBuilder {
  readonly #nodes: Buffer[] = [];
  readonly #initializers: Buffer[] = [];
  #count = 0;
  #seed = 1;

  op(op: string, inputs: readonly string[], attributes: Readonly<Record<string, number | readonly number[]>> = {}): string {
    const output = `v${this.#count++}`;
    const written = Object.entries(attributes).map(([name, value]) => attribute(name, typeof value === 'number' ? { int: value } : { ints: value }));
    this.#nodes.push(node({ op, inputs, outputs: [output], attributes: written }));
    return output;
  }

  /** Uniform in ± `scale`, from a fixed seed. */
  weights(dims: readonly number[], scale = 0.05): string {
    const data = new Float32Array(dims.reduce((product, size) => product * size, 1));
    for (let at = 0; at < data.length; at++) data[at] = this.#random() * scale;
    return this.#constant('float32', dims, data);
  }

  integers(values: readonly number[]): string {
    return this.#constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  number(value: number): string {
    return this.#constant('float32', [], new Float32Array([value]));
  }

  dense(input: string, from: number, to: number): string {
    return this.op('Add', [this.op('MatMul', [input, this.weights([from, to])]), this.weights([to])]);
  }

  conv(input: string, shape: { readonly from: number; readonly to: number; readonly size: number; readonly stride?: number; readonly pad?: number }): string {
    const { from, to, size, stride = 1, pad = 0 } = shape;
    return this.op('Conv', [input, this.weights([to, from, size, size]), this.weights([to])], {
      kernel_shape: [size, size],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
    });
  }

  finish(inputs: readonly Io[], output: { readonly value: string; readonly shape: readonly (number | string)[] }): Buffer {
    this.#nodes.push(node({ op: 'Identity', inputs: [output.value], outputs: ['y'] }));
    return model(
      graph({
        nodes: this.#nodes,
        initializers: this.#initializers,
        inputs: inputs.map(({ name, element, shape }) => valueInfo(name, element, shape)),
        outputs: [valueInfo('y', 'float32', output.shape)],
      }),
    );
  }

  #constant(element: Element, dims: readonly number[], data: Float32Array | BigInt64Array): string {
    const name = `w${this.#count++}`;
    this.#initializers.push(tensor({ name, element, dims, data }));
    return name;
  }

  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 31 - 1;
  }
}
