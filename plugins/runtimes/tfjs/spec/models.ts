/** Small models written by hand, honest and hostile ones, so that no binary file has to be committed for a test. */

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

export interface WeightFields {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype?: string;
  readonly quantization?: Readonly<Record<string, unknown>>;
}

export interface GraphFields {
  readonly nodes: readonly GraphNode[];
  readonly weights?: readonly WeightFields[];
  readonly data?: Uint8Array;
  /** Keys of the JSON that replace those of an honest model. */
  readonly json?: Readonly<Record<string, unknown>>;
}

export type Files = Readonly<Record<string, Uint8Array>>;

export const bytesOf = (...arrays: ArrayBufferView[]): Buffer => Buffer.concat(arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)));

const shapeAttr = (shape: readonly number[]): Record<string, unknown> => ({ dim: shape.map((size) => ({ size: String(size) })) });

export const placeholder = (name: string, shape: readonly number[], type = 'DT_FLOAT'): GraphNode => ({
  name,
  op: 'Placeholder',
  attr: { dtype: { type }, shape: { shape: shapeAttr(shape) } },
});

export const constant = (name: string, type = 'DT_FLOAT'): GraphNode => ({ name, op: 'Const', attr: { dtype: { type } } });

/** Types and shapes by name, as an exporter writes them. */
export const signatureOf = (sides: Readonly<Record<'inputs' | 'outputs', Readonly<Record<string, { shape: readonly number[]; type?: string; node?: string }>>>>): unknown => {
  const side = (values: (typeof sides)['inputs']): unknown =>
    Object.fromEntries(Object.entries(values).map(([name, { shape, type = 'DT_FLOAT', node = name }]) => [name, { name: `${node}:0`, dtype: type, tensorShape: shapeAttr(shape) }]));
  return { inputs: side(sides.inputs), outputs: side(sides.outputs) };
};

/** The files of a graph model: its JSON, and its weights where it has any. */
export function graph({ nodes, weights = [], data, json = {} }: GraphFields): Files {
  const model = {
    format: 'graph-model',
    generatedBy: 'spec',
    modelTopology: { node: nodes, versions: { producer: 1 } },
    weightsManifest: [{ paths: data ? ['weights.bin'] : [], weights: weights.map((weight) => ({ dtype: 'float32', ...weight })) }],
    ...json,
  };
  return { 'model.json': Buffer.from(JSON.stringify(model)), ...(data && { 'weights.bin': data }) };
}

/** y = x · W + b, three features to two scores. */
export const linear = (batch = -1, json: GraphFields['json'] = {}): Files =>
  graph({
    nodes: [
      placeholder('x', [batch, 3]),
      constant('W'),
      constant('b'),
      { name: 'product', op: 'MatMul', input: ['x', 'W'], attr: { transpose_a: { b: false }, transpose_b: { b: false } } },
      { name: 'y', op: 'BiasAdd', input: ['product', 'b'] },
    ],
    weights: [{ name: 'W', shape: [3, 2] }, { name: 'b', shape: [2] }],
    data: bytesOf(Float32Array.of(1, 0, 0, 1, 1, 1, 10, 20)),
    json: { signature: signatureOf({ inputs: { x: { shape: [batch, 3] } }, outputs: { y: { shape: [batch, 2] } } }), ...json },
  });

/** y = x, without a signature: what comes out is seen by a run. */
export const identity = (type = 'DT_FLOAT', shape: readonly number[] = [-1, 2]): Files =>
  graph({ nodes: [placeholder('x', shape, type), { name: 'y', op: 'Identity', input: ['x'] }] });

/** y = op(x). */
export const unary = (op: string): Files => graph({ nodes: [placeholder('x', [-1, 2]), { name: 'y', op, input: ['x'] }] });
