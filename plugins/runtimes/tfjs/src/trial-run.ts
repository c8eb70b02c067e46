import { createData, elementCount } from '@steelyard/wire';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { Tensor } from '@steelyard/wire';
import { isMissingKernel } from './backend.js';
import type { Value } from './executable.js';
import type { Session } from './session.js';

/** Models with larger inputs are not tried; none of them is known. */
const ELEMENTS_MAX = 2 ** 24;
/** Tells a batch from a dimension that happens to be 1. */
const BATCH = 2;

/**
 * Runs a model once on zeros. That shows which operations the backend lacks before anybody waits for an answer, and what the
 * outputs are where the model does not say. Free dimensions are 1, so a model may well fail on it and work otherwise.
 * @param withoutBatch The model's tensors have no batch dimension, so that none is tried.
 * @throws AppError `RUNTIME.LOAD_FAILED` where nothing else tells what the outputs are, or an operation is missing.
 */
export async function tryOut(session: Session, withoutBatch = false): Promise<readonly Value[]> {
  const { inputs, outputs: declared, outputNames } = session.executable;
  const batched = !withoutBatch && inputs.length > 0 && inputs.every(({ shape }) => shape[0] === -1);
  const batch = batched && !declared ? BATCH : 1;
  const fail = (reason: string): Error => runtimeErrors.LOAD_FAILED({ model: 'The model', reason });
  const shapes = inputs.map(({ shape }) => shape.map((size, axis) => (size >= 0 ? size : axis === 0 ? batch : 1)));
  if (shapes.some((shape) => elementCount(shape) > ELEMENTS_MAX)) {
    if (declared) return declared;
    throw fail('it does not say what its outputs are, and its inputs are too large to try it');
  }
  let results: readonly Tensor[];
  try {
    results = await session.run(inputs.map((value, index) => zeros(value, shapes[index] as number[])));
  } catch (error) {
    if (declared && !isMissingKernel(error)) return declared;
    throw fail(declared ? reasonOf(error) : `it does not say what its outputs are, and a run on zeros failed: ${reasonOf(error)}`);
  }
  if (declared) return declared;
  const isFree = inputs.some(({ shape }) => shape.slice(batched ? 1 : 0).includes(-1));
  return results.map(({ dtype, shape }, index) => ({
    name: outputNames[index] as string,
    dtype,
    shape: shape.map((size, axis) => (isFree || (batched && axis === 0 && size === batch) ? -1 : size)),
  }));
}

function zeros({ dtype }: Value, shape: readonly number[]): Tensor {
  const count = elementCount(shape);
  return { dtype, shape, data: dtype === 'string' ? Array.from({ length: count }, () => '') : createData(dtype, count) };
}
