import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { externalPath, NotOnnxError, readOnnxFile } from '@steelyard/model-package/onnx';
import { cliErrors } from '../../errors.js';
import { manifestText, packageFiles, type ScaffoldFile } from '../package-files.js';
import { type CarriedModel, type CarriedTensor, carriedTensors } from './carried-tensors.js';
import { modelCard } from './model-card.js';
import { TRIAL_BYTES_MAX, trialTensor } from './trial-input.js';

export interface OnnxPackage {
  /** The model file on this machine. */
  readonly file: string;
  readonly name: string;
  readonly price: string;
  /** SPDX; undefined where the provider states none. */
  readonly license: string | undefined;
}

/** Where the model is in the package, whatever the file was called. */
const MODEL_PATH = 'model.onnx';
/** A licence that only its holder can tell, in SPDX's words. */
const LICENSE_NOT_STATED = 'LicenseRef-not-stated';
const DESCRIPTION_MAX = 200;
const MEMORY_MB_DEFAULT = 512;

/**
 * The files of a package around an ONNX file: schemas, card and a first sample from what the file says of itself.
 * @throws AppError `CLI.MODEL_UNFIT` | `CLI.FILE_UNREADABLE`
 */
export async function packageOfOnnx({ file, name, price, license }: OnnxPackage): Promise<ScaffoldFile[]> {
  const { facts, sizeBytes, inputs, outputs, parameters, producerVersion } = read(file);
  const carried = carriedTensors({ inputs, outputs });
  if ('problem' in carried) throw unfit(file, carried.problem);
  const external = await Promise.all([...facts.externalLocations].map((location) => findExternal(file, location)));
  const totalBytes = external.reduce((sum, { size }) => sum + size, sizeBytes);
  const manifest = manifestText({
    name,
    task: 'custom',
    runtime: 'onnx',
    license: license ?? LICENSE_NOT_STATED,
    price,
    description: descriptionOf(carried),
    ...(carried.batch === 'none' && { runtimeOptions: '{ batchDimension: none }' }),
    specific: specificText(carried, [MODEL_PATH, ...external.map(({ path }) => path)], totalBytes),
  });
  return packageFiles(manifest, modelCard({ name, license, sizeBytes: totalBytes, parameters, producerVersion, facts, model: carried }), [
    { path: MODEL_PATH, source: file },
    ...external.map(({ path, source }) => ({ path, source })),
    ...sampleFiles(file, carried),
  ]);
}

function read(file: string) {
  try {
    return readOnnxFile(file, (opened) => ({ facts: opened.facts, sizeBytes: opened.sizeBytes, ...opened.interface() }));
  } catch (error) {
    if (error instanceof NotOnnxError) throw unfit(file, error.message);
    throw cliErrors.FILE_UNREADABLE({ path: file, reason: (error as Error).message }, error);
  }
}

async function findExternal(file: string, location: string): Promise<{ path: string; source: string; size: number }> {
  const path = externalPath(MODEL_PATH, location);
  if (path === undefined) throw unfit(file, `it reads external data from "${location}", which is no plain path beside it`);
  const source = join(dirname(file), path);
  const found = await stat(source).catch(() => undefined);
  if (!found?.isFile()) throw unfit(file, `its weights are in "${location}" as well, and there is no such file beside it`);
  return { path, source, size: found.size };
}

function descriptionOf({ inputs, outputs }: CarriedModel): string {
  const list = (tensors: readonly CarriedTensor[]): string => tensors.map(({ name, declared }) => `${name} ${declared}`).join(', ');
  const text = `ONNX model: ${list(inputs)} → ${list(outputs)}`.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
  return text.length > DESCRIPTION_MAX ? `${text.slice(0, DESCRIPTION_MAX - 1)}…` : text;
}

function specificText({ inputs, outputs }: CarriedModel, artifacts: readonly string[], totalBytes: number): string {
  // Weights are in memory, and often a second time while they are read.
  const memoryMb = 256 + Math.ceil((3 * totalBytes) / 2 ** 20);
  return `artifacts: [ ${artifacts.map((path) => `{ path: ${JSON.stringify(path)} }`).join(', ')} ]
${memoryMb > MEMORY_MB_DEFAULT ? `resources: { memoryMb: ${memoryMb} }\n` : ''}input:
${schemaText(inputs, true)}output:
${schemaText(outputs, false)}`;
}

/** JSON texts, which YAML reads as they are: a tensor may be called anything. */
function schemaText(tensors: readonly CarriedTensor[], isClosed: boolean): string {
  const property = ({ name, dtype, shape, declared }: CarriedTensor): string => {
    const type = shape ? `x-tensor: { dtype: ${dtype}, shape: [${shape.join(', ')}] }` : 'type: object, required: [dtype, shape, data]';
    return `    ${JSON.stringify(name)}: { ${type}, description: ${JSON.stringify(`In the file: ${declared}`)} }\n`;
  };
  return `  type: object
  required: [${tensors.map(({ name }) => JSON.stringify(name)).join(', ')}]
${isClosed ? '  additionalProperties: false\n' : ''}  properties:${tensors.length === 0 ? ' {}' : ''}
${tensors.map(property).join('')}`;
}

function sampleFiles(file: string, { inputs }: CarriedModel): ScaffoldFile[] {
  const besides: ScaffoldFile[] = [];
  const input = inputs.map((tensor, index): [string, object] => {
    const trial = trialTensor(tensor);
    if (!trial) throw unfit(file, `its input "${tensor.name}" takes more than ${TRIAL_BYTES_MAX / 2 ** 20} MiB, which no sample may have`);
    if (!(trial.data instanceof Uint8Array)) return [tensor.name, { dtype: tensor.dtype, shape: trial.shape, data: trial.data }];
    const path = `samples/made-up-${index + 1}.bin`;
    besides.push({ path, content: trial.data });
    return [tensor.name, { dtype: tensor.dtype, shape: trial.shape, data: { $file: path } }];
  });
  return [{ path: 'samples/made-up.json', content: `${JSON.stringify({ name: 'made-up numbers', input: Object.fromEntries(input) }, null, 2)}\n` }, ...besides];
}

function unfit(file: string, reason: string): Error {
  return cliErrors.MODEL_UNFIT({ file: basename(file), reason });
}
