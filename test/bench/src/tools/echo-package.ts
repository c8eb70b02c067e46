import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface EchoFields {
  readonly name?: string;
  /** Of input and output alike. */
  readonly schema?: object;
  /** What the sample sends. */
  readonly sample?: object;
}

const TEXT_AND_NUMBER = { type: 'object', required: ['text', 'number'], properties: { text: { type: 'string' }, number: { type: 'number' } } };

/** Writes a package into a folder that answers with its input, and computes nothing. */
export async function writePackage(folder: string, { name = 'echo', schema = TEXT_AND_NUMBER, sample = { text: 'hello', number: 1 } }: EchoFields = {}): Promise<void> {
  await mkdir(join(folder, 'samples'));
  const manifest = {
    schema: 1, name, version: '1.0.0', license: 'Apache-2.0', intendedUse: 'For tests.', task: 'custom', runtime: { name: 'echo', range: '^0.1.0' }, artifacts: [{ path: 'none.json' }],
    input: schema, output: schema, batching: { maxSize: 32 }, resources: { memoryMb: 256 }, price: { unit: 'request', amount: '0.000001', currency: 'usd' },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'model.yaml'), JSON.stringify(manifest));
  await writeFile(join(folder, 'none.json'), '{}');
  await writeFile(join(folder, 'README.md'), `# ${name}\n\nAnswers with its input.\n`);
  await writeFile(join(folder, 'samples/one.json'), JSON.stringify({ name: 'one', input: sample }));
}
