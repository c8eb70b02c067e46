import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchGraph } from './graphs.js';

/** A model package of the graph, as a provider would publish it. Gives the path of its ONNX file. */
export async function writePackage(dir: string, { name, bytes, inputs, memoryMb }: BenchGraph): Promise<string> {
  await mkdir(join(dir, 'samples'), { recursive: true });
  const properties = Object.fromEntries(inputs.map((input) => [input.name, { 'x-tensor': { dtype: input.dtype, shape: input.shape } }]));
  const schema = { type: 'object', required: inputs.map((input) => input.name), additionalProperties: false, properties };
  const manifest = {
    schema: 1,
    name,
    version: '1.0.0',
    license: 'Apache-2.0', intendedUse: 'For tests.',
    task: 'custom',
    runtime: { name: 'onnx', range: '^0.1.0' },
    artifacts: [{ path: 'model.onnx' }],
    input: schema,
    output: { type: 'object' },
    batching: { maxSize: 64 },
    resources: { gpu: 'never', memoryMb },
    price: { unit: 'request', amount: '0.000001', currency: 'usd' },
  };
  // JSON is YAML.
  await writeFile(join(dir, 'model.yaml'), JSON.stringify(manifest));
  await writeFile(join(dir, 'README.md'), `# ${name}\n\nRandom weights, for measuring.\n`);
  await writeFile(join(dir, 'model.onnx'), bytes);
  await writeFile(join(dir, 'samples/one.json'), JSON.stringify({ name: 'one', input: JSON.parse(bodyOf({ inputs }, 0)) as unknown, expected: {} }));
  return join(dir, 'model.onnx');
}

/** A call's JSON body; others for other numbers. */
export function bodyOf({ inputs }: Pick<BenchGraph, 'inputs'>, number: number): string {
  const fields = inputs.map(({ name, dtype, shape }) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = Array.from({ length }, (_, at) => (dtype === 'int64' ? (at * 31 + number) % 8_000 : Math.round(500 + 499 * Math.sin(at + number)) / 1_000));
    return [name, { dtype, shape, data }];
  });
  return JSON.stringify(Object.fromEntries(fields));
}
