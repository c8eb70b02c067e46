import type { BatchDimension } from '@steelyard/runtime-kit';
import type { Value } from './executable.js';

/** Told from the model's own declaration: every input and output must begin with a free dimension, or with 1. */
export function batchDimensionOf(inputs: readonly Value[], outputs: readonly Value[]): BatchDimension {
  if (inputs.length === 0) return 'none';
  const first = [...inputs, ...outputs].map(({ shape }) => shape[0]);
  if (first.every((size) => size === 1)) return 'one';
  return first.every((size) => size === -1) ? 'free' : 'none';
}
