import { elementCount } from '@steelyard/wire';
import { isDatatype, type Datatype } from './datatypes.js';
import { openInferenceErrors } from './errors.js';

type Fields = Readonly<Record<string, unknown>>;

/** A tensor of a request before its elements are read. */
export interface RequestTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Elements as JSON, flat or nested, or their bytes. */
  readonly data: readonly unknown[] | Buffer;
}

export interface RequestedOutput {
  readonly name: string;
  readonly binary: boolean;
}

export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly RequestTensor[];
  /** Undefined: all of them. */
  readonly outputs: readonly RequestedOutput[] | undefined;
  /** How outputs go that the request does not name. */
  readonly binaryOutputs: boolean;
  /** In milliseconds. */
  readonly timeoutMs: number | undefined;
}

/**
 * Reads the JSON of a request and cuts the bytes behind it into its tensors.
 * @param json what the JSON said
 * @param tail the bytes that follow it, empty where there are none
 * @throws OPEN_INFERENCE.REQUEST_INVALID, OPEN_INFERENCE.NOT_SUPPORTED
 */
export function readInferRequest(json: unknown, tail: Buffer): InferRequest {
  const request = fields(json, 'the request');
  const parameters = request['parameters'] === undefined ? {} : fields(request['parameters'], 'parameters');
  const binaryOutputs = flag(parameters['binary_data_output'], 'parameters.binary_data_output');
  const outputs = request['outputs'] === undefined ? undefined : list(request['outputs'], 'outputs').map((output, index) => readOutput(output, `outputs[${index}]`, binaryOutputs));
  return { id: readId(request['id']), inputs: readInputs(request['inputs'], tail), outputs, binaryOutputs, timeoutMs: readTimeout(parameters['timeout']) };
}

function readInputs(value: unknown, tail: Buffer): RequestTensor[] {
  const names = new Set<string>();
  let at = 0;
  const inputs = list(value, 'inputs').map((item, index) => {
    const path = `inputs[${index}]`;
    const { name, shape, datatype, parameters, data } = fields(item, path);
    if (typeof name !== 'string' || name === '') throw invalid(`${path}.name`, 'must be a text');
    if (names.has(name)) throw invalid(`${path}.name`, `is ${JSON.stringify(name)} for a second time`);
    names.add(name);
    if (!isDatatype(datatype)) throw invalid(`${path}.datatype`, `is ${JSON.stringify(datatype)}, which is no datatype of the protocol`);
    const sizes = readShape(shape, `${path}.shape`);
    const bytes = parameters === undefined ? undefined : fields(parameters, `${path}.parameters`)['binary_data_size'];
    if (bytes === undefined) {
      if (!Array.isArray(data)) throw invalid(path, 'has neither data nor parameters.binary_data_size');
      return { name, datatype, shape: sizes, data: data as unknown[] };
    }
    if (data !== undefined) throw invalid(path, 'has both data and parameters.binary_data_size');
    if (!isCount(bytes)) throw invalid(`${path}.parameters.binary_data_size`, 'must be a whole number of bytes');
    if (at + bytes > tail.length) throw invalid(path, `has ${bytes} bytes of data, and only ${tail.length - at} are left of the ${tail.length} behind the JSON`);
    at += bytes;
    return { name, datatype, shape: sizes, data: tail.subarray(at - bytes, at) };
  });
  if (at < tail.length) throw invalid('The body', `goes on for ${tail.length - at} bytes that belong to no input`);
  return inputs;
}

function readOutput(value: unknown, path: string, binaryByDefault: boolean): RequestedOutput {
  const { name, parameters } = fields(value, path);
  if (typeof name !== 'string') throw invalid(`${path}.name`, 'must be a text');
  const given = parameters === undefined ? {} : fields(parameters, `${path}.parameters`);
  if (given['classification'] !== undefined) throw openInferenceErrors.NOT_SUPPORTED({ what: 'The parameter "classification" of an output' });
  const binary = given['binary_data'] === undefined ? binaryByDefault : flag(given['binary_data'], `${path}.parameters.binary_data`);
  return { name, binary };
}

function readShape(value: unknown, path: string): number[] {
  const shape = list(value, path);
  if (!shape.every(isCount)) throw invalid(path, 'must be a list of whole numbers from 0');
  if (!Number.isSafeInteger(elementCount(shape))) throw invalid(path, 'has too many elements');
  return shape;
}

function readId(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalid('id', 'must be a text');
  return value;
}

/** Triton's `timeout`, in microseconds; 0 is none. */
function readTimeout(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (!isCount(value)) throw invalid('parameters.timeout', 'must be a whole number of microseconds');
  return value === 0 ? undefined : Math.ceil(value / 1_000);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function flag(value: unknown, path: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw invalid(path, 'must be true or false');
  return value;
}

function list(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(path, 'must be a list');
  return value;
}

function fields(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(path, 'must be an object');
  return value as Fields;
}

export function invalid(path: string, problem: string) {
  return openInferenceErrors.REQUEST_INVALID({ path, problem });
}
