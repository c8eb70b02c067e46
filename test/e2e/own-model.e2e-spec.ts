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
/** What a model must state to be listed for everybody. */
const PUBLIC = ['--license', 'MIT', '--intended-use', 'For tests.', '--public'];
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

    const published = await platform.cli(provider, 'publish', file, '--price', '0.001', ...PUBLIC);
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

  it('whatever its shapes: a picture, one number, free dimensions, no batch, two outputs', async () => {
    const cases: readonly (readonly [name: string, content: Buffer, input: string, full: readonly number[], item: readonly number[]])[] = [
      ['picture', means(5, 7), 'image', [1, 3, 5, 7], [3, 5, 7]],
      ['number', scaling([1]), 'x', [1], []],
      ['sequence', scaling(['batch', 'length', 2]), 'x', [1, 4, 2], [4, 2]],
      ['bare', scaling([3]), 'x', [3], [3]],
      ['two-heads', scaling(['N', 2], ['y', 'z']), 'x', [1, 2], [2]],
    ];
    // Two publications go on at a time, and one CLI starts while another waits.
    await Promise.all(
      cases.map(async ([name, content, input, full, item]) => {
        const file = await write(name, content);
        await platform.publish(provider, file, '--price', '0.001', ...PUBLIC);
        const data = random(full.reduce((product, size) => product * size, 1));
        const answer = await platform.predict(consumer, `${owner}/${name}`, { [input]: { dtype: 'float32', shape: item, data: Array.from(data) } });
        expect({ name, status: answer.status }).toEqual({ name, status: 200 });
        const own = await expected(file, input, full, data);
        expect(Object.keys(answer.body).sort()).toEqual(Object.keys(own).sort());
        for (const [output, values] of Object.entries(own)) {
          expect(answer.body[output].data.length).toBe(values.length);
          values.forEach((value, index) => expect(answer.body[output].data[index]).toBeCloseTo(value, 5));
        }
      }),
    );
  }, 60_000);

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

  it('is compared with another one on data of the caller, who knows beforehand what that costs', async () => {
    const file = await write('right', layer(2, 3));
    await platform.publish(provider, file, '--price', '0.001', ...PUBLIC);
    await platform.publish(provider, await write('wrong', layer(2, 3)), '--price', '0.0005', ...PUBLIC);
    const refs = [`${owner}/right`, `${owner}/wrong`];
    const lines = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const data = random(2);
        const { scores } = await expected(file, 'features', [1, 2], data);
        return { input: { features: { dtype: 'float32', shape: [2], data: Array.from(data) } }, expected: { scores: { data: scores } } };
      }),
    );
    // A line that no model of this shape can answer: it costs nothing and is not measured.
    const unfit = { input: { features: { dtype: 'float32', shape: [1], data: [1] } }, expected: { scores: { data: [0, 0, 0] } } };
    await writeFile(join(folder, 'mine.jsonl'), [...lines, unfit].map((line) => JSON.stringify(line)).join('\n'));
    const evaluate = (...args: string[]) => platform.cli(consumer, 'evaluate', ...refs, '--data', join(folder, 'mine.jsonl'), ...args);
    const before = BigInt((await platform.settledBalance(consumer)).availableNano);

    expect(await evaluate('--max-cost', '0.007')).toMatchObject({ code: 2, stderr: expect.stringMatching(/10 calls cost up to 0\.0075 usd, more than the 0\.007 allowed/) });
    const { code, stdout } = await evaluate('--max-cost', '0.0075', '--json');
    const report = JSON.parse(stdout);
    expect({ code, report }).toMatchObject({ code: 0, report: { task: 'custom', lines: 5 } });
    const [right, wrong] = report.models;
    expect(right).toMatchObject({ ref: refs[0], versions: [`${refs[0]}@1.0.0`], scored: 4, failures: { 'INFERENCE.INPUT_INVALID': 1 }, measures: { exactMatch: 1 }, costNano: '4000000', costPerThousandNano: '1000000000' });
    expect(right.measures.mae).toBeLessThan(1e-5);
    expect(right.latencyMs.p95).toBeGreaterThan(0);
    expect(wrong).toMatchObject({ scored: 4, measures: { exactMatch: 0 }, costNano: '2000000' });
    expect(wrong.measures.mae).toBeGreaterThan(right.measures.mae);
    expect(before - BigInt((await platform.settledBalance(consumer)).availableNano)).toBe(6_000_000n);
  }, 60_000);
});
