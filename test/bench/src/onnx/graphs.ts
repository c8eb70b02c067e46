import { GraphBuilder } from './graph-builder.js';

export interface BenchGraph {
  readonly name: string;
  readonly bytes: Buffer;
  /** Of the inputs without the batch; a JSON tensor each. */
  readonly inputs: readonly { readonly name: string; readonly dtype: 'float32' | 'int64'; readonly shape: readonly number[] }[];
  readonly inFlight: readonly number[];
  readonly memoryMb: number;
}

const BATCH = 'batch';

/** 64 features, three layers: the price of a call around a model that costs nothing. */
export function mlp(): BenchGraph {
  const g = new GraphBuilder();
  let value = 'x';
  for (const [from, to] of [[64, 256], [256, 256]] as const) value = g.op('Relu', [g.dense(value, from, to)]);
  const bytes = g.finish([{ name: 'x', element: 'float32', shape: [BATCH, 64] }], { value: g.dense(value, 256, 10), shape: [BATCH, 10] });
  return { name: 'mlp', bytes, inputs: [{ name: 'x', dtype: 'float32', shape: [64] }], inFlight: [1, 8, 64, 256], memoryMb: 64 };
}

/** LeCun et al. 1998, with ReLU and max-pooling: 28x28 pixels as JSON numbers. */
export function lenet(): BenchGraph {
  const g = new GraphBuilder();
  const pool = (value: string): string => g.op('MaxPool', [value], { kernel_shape: [2, 2], strides: [2, 2] });
  let value = pool(g.op('Relu', [g.conv('x', { from: 1, to: 6, size: 5, pad: 2 })]));
  value = pool(g.op('Relu', [g.conv(value, { from: 6, to: 16, size: 5 })]));
  value = g.op('Flatten', [value]);
  for (const [from, to] of [[400, 120], [120, 84]] as const) value = g.op('Relu', [g.dense(value, from, to)]);
  const bytes = g.finish([{ name: 'x', element: 'float32', shape: [BATCH, 1, 28, 28] }], { value: g.dense(value, 84, 10), shape: [BATCH, 10] });
  return { name: 'lenet', bytes, inputs: [{ name: 'x', dtype: 'float32', shape: [1, 28, 28] }], inFlight: [1, 8, 64, 256], memoryMb: 64 };
}

const HIDDEN = 256;
const HEADS = 4;
const TOKENS = 64;
const VOCABULARY = 8_192;

/** An encoder of BERT-mini's size (Turc et al. 2019): 4 layers of 256, 64 tokens a call. */
export function bertMini(): BenchGraph {
  const g = new GraphBuilder();
  let value = g.op('Gather', [g.weights([VOCABULARY, HIDDEN]), 'x']);
  for (let layer = 0; layer < 4; layer++) value = encoderLayer(g, value);
  const pooled = g.op('ReduceMean', [value], { axes: [1], keepdims: 0 });
  const bytes = g.finish([{ name: 'x', element: 'int64', shape: [BATCH, TOKENS] }], { value: g.dense(pooled, HIDDEN, 2), shape: [BATCH, 2] });
  return { name: 'bert-mini', bytes, inputs: [{ name: 'x', dtype: 'int64', shape: [TOKENS] }], inFlight: [1, 8, 64, 256], memoryMb: 256 };
}

function encoderLayer(g: GraphBuilder, input: string): string {
  const [q, k, v] = [0, 1, 2].map(() => heads(g, g.dense(input, HIDDEN, HIDDEN))) as [string, string, string];
  const scores = g.op('Div', [g.op('MatMul', [q, g.op('Transpose', [k], { perm: [0, 1, 3, 2] })]), g.number(Math.sqrt(HIDDEN / HEADS))]);
  const mixed = g.op('Transpose', [g.op('MatMul', [g.op('Softmax', [scores], { axis: 3 }), v])], { perm: [0, 2, 1, 3] });
  const attended = norm(g, g.op('Add', [input, g.dense(g.op('Reshape', [mixed, g.integers([0, 0, HIDDEN])]), HIDDEN, HIDDEN)]));
  const wide = g.dense(attended, HIDDEN, 4 * HIDDEN);
  // GELU by the error function, as exporters write it.
  const erf = g.op('Erf', [g.op('Div', [wide, g.number(Math.SQRT2)])]);
  const active = g.op('Mul', [g.op('Mul', [wide, g.number(0.5)]), g.op('Add', [erf, g.number(1)])]);
  return norm(g, g.op('Add', [attended, g.dense(active, 4 * HIDDEN, HIDDEN)]));
}

function heads(g: GraphBuilder, value: string): string {
  return g.op('Transpose', [g.op('Reshape', [value, g.integers([0, 0, HEADS, HIDDEN / HEADS])])], { perm: [0, 2, 1, 3] });
}

function norm(g: GraphBuilder, value: string): string {
  const centred = g.op('Sub', [value, g.op('ReduceMean', [value], { axes: [2] })]);
  const variance = g.op('ReduceMean', [g.op('Mul', [centred, centred])], { axes: [2] });
  const scaled = g.op('Div', [centred, g.op('Sqrt', [g.op('Add', [variance, g.number(1e-5)])])]);
  return g.op('Add', [g.op('Mul', [scaled, g.weights([HIDDEN], 1)]), g.weights([HIDDEN])]);
}

/** The convolutions of ResNet-18 (He et al. 2016), batch norms folded in; 3x64x64 pixels, so that JSON is not the larger part of the work. */
export function resnet18(): BenchGraph {
  const g = new GraphBuilder();
  let value = g.op('Relu', [g.conv('x', { from: 3, to: 64, size: 7, stride: 2, pad: 3 })]);
  value = g.op('MaxPool', [value], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  for (const [from, to, stride] of [[64, 64, 1], [64, 64, 1], [64, 128, 2], [128, 128, 1], [128, 256, 2], [256, 256, 1], [256, 512, 2], [512, 512, 1]] as const) {
    const inner = g.op('Relu', [g.conv(value, { from, to, size: 3, stride, pad: 1 })]);
    const outer = g.conv(inner, { from: to, to, size: 3, pad: 1 });
    const shortcut = stride === 1 && from === to ? value : g.conv(value, { from, to, size: 1, stride });
    value = g.op('Relu', [g.op('Add', [outer, shortcut])]);
  }
  const pooled = g.op('Flatten', [g.op('GlobalAveragePool', [value])]);
  const bytes = g.finish([{ name: 'x', element: 'float32', shape: [BATCH, 3, 64, 64] }], { value: g.dense(pooled, 512, 1_000), shape: [BATCH, 1_000] });
  return { name: 'resnet-18', bytes, inputs: [{ name: 'x', dtype: 'float32', shape: [3, 64, 64] }], inFlight: [1, 8, 64], memoryMb: 512 };
}
