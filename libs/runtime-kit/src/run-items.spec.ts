import { describe, expect, it } from '@jest/globals';
import type { Tensor } from '@steelyard/wire';
import { runItems, type BatchDimension } from './run-items.js';
import type { Item } from './runtime.js';

const floats = (...values: number[]): Tensor => ({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) });
const x = (...values: number[]): Item => ({ x: floats(...values) });
const spec = (name: string) => ({ name, dtype: 'float32' as const, shape: [-1] });

/** A model that gives its input back, and fails where a number is negative. */
function modelOf(batch: BatchDimension) {
  const shapes: (readonly number[])[] = [];
  const execute = async ([feed]: readonly Tensor[]): Promise<readonly Tensor[]> => {
    shapes.push(feed!.shape);
    if ((feed!.data as Float32Array).some((value) => value < 0)) throw new RangeError('it is negative');
    return [feed!];
  };
  return { shapes, model: { inputs: [spec('x')], outputs: [spec('y')], batch, execute } };
}

describe('runItems', () => {
  it('runs items of one shape together, and answers in their order', async () => {
    const { shapes, model } = modelOf('free');
    const answers = await runItems([x(1, 2), x(3), x(4, 5)], model);
    expect(answers).toEqual([{ y: floats(1, 2) }, { y: floats(3) }, { y: floats(4, 5) }]);
    expect(shapes).toEqual([[2, 2], [1, 1]]);
  });

  it.each([['one' as const, [1, 2]], ['none' as const, [2]]])('runs them one by one where the batch is %s', async (batch, shape) => {
    const { shapes, model } = modelOf(batch);
    expect(await runItems([x(1, 2), x(3, 4)], model)).toEqual([{ y: floats(1, 2) }, { y: floats(3, 4) }]);
    expect(shapes).toEqual([shape, shape]);
  });

  it('refuses what is no input in its place, and runs the others', async () => {
    const { shapes, model } = modelOf('free');
    const answers = await runItems([x(1), { x: 'text' }, {}, x(2)], model);
    expect(answers).toEqual([{ y: floats(1) }, expect.objectContaining({ code: 'INPUT.INVALID' }), expect.objectContaining({ code: 'INPUT.INVALID' }), { y: floats(2) }]);
    expect(shapes).toEqual([[2, 1]]);
  });

  it('runs the items of a batch that fails alone', async () => {
    const { shapes, model } = modelOf('free');
    const answers = await runItems([x(1), x(-1), x(2)], model);
    expect(answers).toEqual([{ y: floats(1) }, expect.objectContaining({ code: 'RUNTIME.RUN_FAILED' }), { y: floats(2) }]);
    expect(shapes).toEqual([[3, 1], [1, 1], [1, 1], [1, 1]]);
  });
});
