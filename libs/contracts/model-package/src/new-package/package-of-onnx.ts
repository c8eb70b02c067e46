import { LICENSE_NOT_STATED } from '../manifest/manifest.js';
import { externalPath } from '../onnx/external-path.js';
import type { ByteSource } from '../onnx/byte-source.js';
import { parseFacts, parseInterface } from '../onnx/parse-onnx.js';
import { type CarriedModel, type CarriedTensor, carriedTensors } from './carried-tensors.js';
import { manifestText } from './manifest-text.js';
import { modelCard } from './model-card.js';
import { TRIAL_BYTES_MAX, trialTensor } from './trial-input.js';

export interface OnnxModel {
  readonly source: ByteSource;
  /** Bytes of a file beside the model, by its path from there; undefined where there is none. */
  readonly sizeBeside: (path: string) => number | undefined;
  readonly name: string;
  /** Decimal text, in US dollars for each request; or `free`. */
  readonly price: string;
  /** SPDX; undefined where the provider states none. */
  readonly license: string | undefined;
  /** For whom and for what it was made; undefined where the provider states nothing. */
  readonly intendedUse?: string | undefined;
}

/** A package around a model file. */
export interface NewPackage {
  /** The text of `model.yaml`. */
  readonly manifest: string;
  /** The text of `README.md`. */
  readonly card: string;
  /** Where the model belongs in the package. */
  readonly modelPath: string;
  /** Files beside the model that belong into the package too, at the same paths. */
  readonly external: readonly string[];
  /** The first sample, by path. */
  readonly samples: Readonly<Record<string, string | Uint8Array>>;
}

/** The model cannot be offered as it is; the message says why, as the end of a sentence. */
export class UnfitModelError extends Error {}

/** Where the model is in the package, whatever the file was called. */
const MODEL_PATH = 'model.onnx';
const DESCRIPTION_MAX = 200;
const MEMORY_MB_DEFAULT = 512;

/**
 * A package around an ONNX file: schemas, card and a first sample from what the file says of itself.
 * @throws UnfitModelError; NotOnnxError
 */
export function packageOfOnnx({ source, sizeBeside, name, price, license, intendedUse }: OnnxModel): NewPackage {
  const facts = parseFacts(source);
  const { inputs, outputs, parameters, producerVersion } = parseInterface(source);
  const model = carriedTensors({ inputs, outputs });
  if ('problem' in model) throw new UnfitModelError(model.problem);
  const external = [...facts.externalLocations].map((location) => findExternal(location, sizeBeside));
  const sizeBytes = external.reduce((sum, { size }) => sum + size, source.size);
  const paths = external.map(({ path }) => path);
  return {
    manifest: manifestText({
      name,
      task: 'custom',
      runtime: 'onnx',
      license: license ?? LICENSE_NOT_STATED,
      price,
      description: descriptionOf(model),
      intendedUse,
      ...(model.batch === 'none' && { runtimeOptions: '{ batchDimension: none }' }),
      specific: specificText(model, [MODEL_PATH, ...paths], sizeBytes),
    }),
    card: modelCard({ name, license, intendedUse, sizeBytes, parameters, producerVersion, facts, model }),
    modelPath: MODEL_PATH,
    external: paths,
    samples: sampleFiles(model),
  };
}

function findExternal(location: string, sizeBeside: OnnxModel['sizeBeside']): { path: string; size: number } {
  const path = externalPath(MODEL_PATH, location);
  if (path === undefined) throw new UnfitModelError(`it reads external data from "${location}", which is no plain path beside it`);
  const size = sizeBeside(path);
  if (size === undefined) throw new UnfitModelError(`its weights are in "${location}" as well, and there is no such file beside it`);
  return { path, size };
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

function sampleFiles({ inputs }: CarriedModel): Record<string, string | Uint8Array> {
  const files: Record<string, string | Uint8Array> = {};
  const input = inputs.map((tensor, index): [string, object] => {
    const trial = trialTensor(tensor);
    if (!trial) throw new UnfitModelError(`its input "${tensor.name}" takes more than ${TRIAL_BYTES_MAX / 2 ** 20} MiB, which no sample may have`);
    if (!(trial.data instanceof Uint8Array)) return [tensor.name, { dtype: tensor.dtype, shape: trial.shape, data: trial.data }];
    const path = `samples/made-up-${index + 1}.bin`;
    files[path] = trial.data;
    return [tensor.name, { dtype: tensor.dtype, shape: trial.shape, data: { $file: path } }];
  });
  files['samples/made-up.json'] = `${JSON.stringify({ name: 'made-up numbers', input: Object.fromEntries(input) }, null, 2)}\n`;
  return files;
}
