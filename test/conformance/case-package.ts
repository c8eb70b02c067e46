import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@steelyard/wire';
import type { ConformanceCase } from '../../plugins/runtimes/onnx/spec/conformance-cases.js';

/** What ONNX Runtime says of a model's inputs and outputs, by name. */
export interface CaseNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Writes a case as a package that anybody could publish; gives its folder, to be removed. */
export async function writeCasePackage(name: string, { dir, inputs, outputs }: ConformanceCase, names: CaseNames): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'steelyard-case-'));
  await mkdir(join(folder, 'samples'));
  await copyFile(join(dir, 'model.onnx'), join(folder, 'model.onnx'));
  const manifest = {
    schema: 1,
    name,
    version: '1.0.0',
    license: 'Apache-2.0', intendedUse: 'For tests.',
    task: 'custom',
    runtime: { name: 'onnx', range: '^0.1.0', options: { batchDimension: 'none' } },
    artifacts: [{ path: 'model.onnx' }],
    input: schemaOf(names.inputs, inputs),
    output: schemaOf(names.outputs, outputs),
    price: { unit: 'request', amount: '0.000001', currency: 'usd' },
  };
  // Every JSON text is one of YAML.
  await writeFile(join(folder, 'model.yaml'), JSON.stringify(manifest));
  await writeFile(join(folder, 'README.md'), `# ${name}\n\nOne of ONNX's own backend tests.\n`);
  const sample = Object.fromEntries(inputs.map((tensor, index) => [names.inputs[index]!, forJson(tensor)]));
  await writeFile(join(folder, 'samples/case.json'), JSON.stringify({ name: 'the case', input: sample }));
  return folder;
}

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

function schemaOf(names: readonly string[], tensors: readonly Tensor[]): object {
  const properties = Object.fromEntries(tensors.map(({ dtype, shape }, index) => [names[index]!, { 'x-tensor': { dtype, shape } }]));
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** As base64, since JSON has no infinities. */
function forJson({ dtype, shape, data }: Tensor): object {
  if (Array.isArray(data)) return { dtype, shape, data };
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return { dtype, shape, data: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

