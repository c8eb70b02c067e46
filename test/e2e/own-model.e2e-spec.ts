/**
 * @jest-environment ./plugins/runtimes/onnx/spec/native-arrays.cjs
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { describePlatform, newName, type SharedPlatform } from '@steelyard/test-support';
import { attribute, graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const random = (length: number): Float32Array => Float32Array.from({ length }, () => Math.random() * 2 - 1);
const whole = (from: number, to: number): number => from + Math.floor(Math.random() * (to - from + 1));

type Shape = readonly (number | string)[];

/** `y = x * factor`, and where wanted `z = -x`: any shape passes through it. */
function scaling(shape: Shape, outputs: readonly ('y' | 'z')[] = ['y']): Buffer {
  const nodes = [node({ op: 'Mul', inputs: ['x', 'factor'], outputs: ['y'] }), node({ op: 'Neg', inputs: ['x'], outputs: ['z'] })];
  return model(
    graph({
      nodes: nodes.slice(0, outputs.length),
      initializers: [tensor({ name: 'factor', element: 'float32', dims: [], data: random(1) })],
      inputs: [valueInfo('x', 'float32', shape)],
      outputs: outputs.map((name) => valueInfo(name, 'float32', shape)),
    }),
  );
}

/** A layer with weights that nobody has seen before. */
function layer(columns: number, scores: number): Buffer {
  return model(
    graph({
      nodes: [node({ op: 'Gemm', inputs: ['features', 'W', 'b'], outputs: ['sums'] }), node({ op: 'Tanh', inputs: ['sums'], outputs: ['scores'] })],
      initializers: [
        tensor({ name: 'W', element: 'float32', dims: [columns, scores], data: random(columns * scores) }),
        tensor({ name: 'b', element: 'float32', dims: [scores], data: random(scores) }),
      ],
      inputs: [valueInfo('features', 'float32', ['N', columns])],
      outputs: [valueInfo('scores', 'float32', ['N', scores])],
    }),
  );
}

/** Picture to colour means: `[1, 3, H, W]` to `[1, 3]`. */
const means = (height: number, width: number): Buffer =>
  model(
    graph({
      nodes: [node({ op: 'ReduceMean', inputs: ['image'], outputs: ['colour'], attributes: [attribute('axes', { ints: [2, 3] }), attribute('keepdims', { int: 0 })] })],
      inputs: [valueInfo('image', 'float32', [1, 3, height, width])],
      outputs: [valueInfo('colour', 'float32', [1, 3])],
    }),
  );

/** Somebody who comes with a model file, and somebody who calls it. */
describePlatform('a model of one’s own', (context) => {
  const owner = newName('maker');
  const caller = newName('buyer');
  let platform: SharedPlatform;
  let provider: string;
  let consumer: string;
  let folder: string;

  beforeAll(async () => {
    platform = context.platform();
    folder = await mkdtemp(join(tmpdir(), 'steelyard-own-model-'));
    [provider, consumer] = await Promise.all([platform.openOrganization(owner), platform.openOrganization(caller, '1.00')]);
  });

  const write = async (name: string, content: Uint8Array): Promise<string> => {
    const file = join(folder, `${name}.onnx`);
    await writeFile(file, content);
    return file;
  };

  /** What ONNX Runtime itself says to a batch of one, or to the tensor as it is. */
  async function expected(file: string, input: string, shape: readonly number[], data: Float32Array): Promise<Record<string, number[]>> {
    const session = await InferenceSession.create(file);
    const results = await session.run({ [input]: new Tensor('float32', data, shape) });
    await session.release();
    return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, Array.from(value.data as Float32Array)]));
  }

  it('goes from the file to a paid call of another organization in two commands', async () => {
    const [columns, scores] = [whole(2, 9), whole(2, 5)];
    const file = await write('never-seen', layer(columns, scores));
    const data = random(columns);

    const published = await platform.cli(provider, 'publish', file, '--price', '0.001', '--public');
    expect(published).toMatchObject({ code: 0, stdout: expect.stringContaining(`${owner}/never-seen@1.0.0 is published`) });
    const ran = await platform.cli(consumer, 'run', `${owner}/never-seen`, `features=${JSON.stringify({ dtype: 'float32', shape: [columns], data: Array.from(data) })}`);

    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('0.001') });
    const answer = JSON.parse(ran.stdout) as { scores: { shape: number[]; data: number[] } };
    expect(answer.scores.shape).toEqual([scores]);
    const { scores: own } = await expected(file, 'features', [1, columns], data);
    answer.scores.data.forEach((value, index) => expect(value).toBeCloseTo(own![index]!, 5));
    expect((await platform.settledBalance(consumer)).availableNano).toBe('999000000');
    expect(BigInt((await platform.settledBalance(provider)).earnedNano)).toBeGreaterThan(0n);
  });

  it.each<[what: string, name: string, content: Buffer, input: { name: string; full: number[]; item: number[] }]>([
    ['a picture of fixed size', 'picture', means(5, 7), { name: 'image', full: [1, 3, 5, 7], item: [3, 5, 7] }],
    ['a single number', 'number', scaling([1]), { name: 'x', full: [1], item: [] }],
    ['dimensions with names, one of them free', 'sequence', scaling(['batch', 'length', 2]), { name: 'x', full: [1, 4, 2], item: [4, 2] }],
    ['no batch dimension', 'bare', scaling([3]), { name: 'x', full: [3], item: [3] }],
    ['two outputs', 'two-heads', scaling(['N', 2], ['y', 'z']), { name: 'x', full: [1, 2], item: [2] }],
  ])('%s', async (_what, name, content, { name: field, full, item }) => {
    const file = await write(name, content);
    await platform.publish(provider, file, '--price', '0.001', '--public');
    const data = random(full.reduce((product, size) => product * size, 1));
    const answer = await platform.predict(consumer, `${owner}/${name}`, { [field]: { dtype: 'float32', shape: item, data: Array.from(data) } });
    expect(answer.status).toBe(200);
    const own = await expected(file, field, full, data);
    expect(Object.keys(answer.body).sort()).toEqual(Object.keys(own).sort());
    for (const [output, values] of Object.entries(own)) {
      expect(answer.body[output].data.length).toBe(values.length);
      values.forEach((value, index) => expect(answer.body[output].data[index]).toBeCloseTo(value, 5));
    }
  });

  it('tells a model that does not run, and what to do about its sample', async () => {
    const content = model(
      graph({
        nodes: [node({ op: 'Gather', inputs: ['table', 'i'], outputs: ['y'] })],
        initializers: [tensor({ name: 'table', element: 'float32', dims: [1], data: random(1) })],
        inputs: [valueInfo('i', 'int64', ['N', 2])],
        outputs: [valueInfo('y', 'float32', ['N', 2])],
      }),
    );
    const refused = await platform.cli(provider, 'publish', await write('look-up', content), '--price', '0.001');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/made-up numbers[^]*PUBLISHING\.SAMPLES_FAILED[^]*steelyard init look-up --from/) });
  });
});
