/** A tensor as ONNX Runtime describes it; a free dimension is its name, which may be empty. */
export interface ValueShape {
  readonly shape: readonly (number | string)[];
}

/** Names that exporters make up for each tensor; the same dimension has another name on another tensor. */
const MADE_UP = /^$|^unk__|^None$|^\?|^dynamic_axes_/;

/**
 * Told from the model's own declaration: every input and output must begin with the same free dimension, or with 1.
 * `runtime.options.batchDimension: none` overrules it.
 */
export function batchDimensionOf(inputs: readonly ValueShape[], outputs: readonly ValueShape[]): 'free' | 'one' | 'none' {
  if (inputs.length === 0) return 'none';
  const first = [...inputs, ...outputs].map(({ shape }) => shape[0]);
  if (first.every((size) => size === 1)) return 'one';
  if (!first.every((size) => typeof size === 'string')) return 'none';
  return new Set(first.filter((name) => !MADE_UP.test(name))).size <= 1 ? 'free' : 'none';
}

/** A shape as callers see it: free dimensions are -1, and the batch is not part of it. */
export function itemShape({ shape }: ValueShape, batch: 'free' | 'one' | 'none'): readonly number[] {
  return (batch === 'none' ? shape : shape.slice(1)).map((size) => (typeof size === 'number' ? size : -1));
}
