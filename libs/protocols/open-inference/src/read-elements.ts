import { AppError } from '@steelyard/kernel';
import { checkTensor, createData, elementCount, fromBrainFloat, fromHalf, type DType, type TensorData } from '@steelyard/wire';
import { DATATYPES, ELEMENT_BYTES, type Datatype } from './datatypes.js';
import { invalid, type RequestTensor } from './infer-request.js';

/** The elements of a tensor that is not of BYTES, in the typed array of its type. @throws OPEN_INFERENCE.REQUEST_INVALID */
export function readNumbers({ name, datatype, shape, data }: RequestTensor): Exclude<TensorData, readonly string[]> {
  const count = elementCount(shape);
  const dtype = DATATYPES[datatype];
  if (Buffer.isBuffer(data)) return fromBytes({ name, datatype: datatype as Exclude<Datatype, 'BYTES'>, count }, data);
  try {
    return checkTensor({ dtype, shape, data: flatten(data, shape, name) }).data as Exclude<TensorData, readonly string[]>;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'WIRE.TENSOR_INVALID') throw error;
    throw invalid(`The data of ${JSON.stringify(name)}`, `cannot be read as ${datatype} ${shapeText(shape)}: ${error.message}`);
  }
}

/** The elements of a tensor of BYTES: bytes as they came, or texts out of JSON. @throws OPEN_INFERENCE.REQUEST_INVALID */
export function readBytes({ name, shape, data }: RequestTensor): (Buffer | string)[] {
  const count = elementCount(shape);
  const elements = Buffer.isBuffer(data) ? cutBytes(data, name) : flatten(data, shape, name);
  if (elements.length !== count) throw invalid(`The data of ${JSON.stringify(name)}`, `has ${elements.length} elements, and its shape ${shapeText(shape)} asks for ${count}`);
  return elements.map((element) => {
    if (typeof element === 'string' || Buffer.isBuffer(element)) return element;
    throw invalid(`The data of ${JSON.stringify(name)}`, 'must be texts');
  });
}

function fromBytes({ name, datatype, count }: { name: string; datatype: Exclude<Datatype, 'BYTES'>; count: number }, bytes: Buffer) {
  const wanted = count * ELEMENT_BYTES[datatype];
  if (bytes.length !== wanted) throw invalid(`The data of ${JSON.stringify(name)}`, `is ${bytes.length} bytes, and ${count} elements of ${datatype} are ${wanted}`);
  if (datatype === 'FP16') return fromHalf(aligned('uint16', bytes, count) as Uint16Array);
  if (datatype === 'BF16') return fromBrainFloat(aligned('uint16', bytes, count) as Uint16Array);
  return aligned(DATATYPES[datatype], bytes, count);
}

/** A copy: a body begins wherever its JSON ends. */
function aligned(dtype: DType, bytes: Buffer, count: number): Exclude<TensorData, readonly string[]> {
  const data = createData(dtype, count) as Uint8Array;
  new Uint8Array(data.buffer).set(bytes);
  return data;
}

/** Each element is its length as a little-endian uint32, and its bytes. */
function cutBytes(bytes: Buffer, name: string): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = at + 4;
    const to = from <= bytes.length ? from + bytes.readUInt32LE(at) : Infinity;
    if (to > bytes.length) throw invalid(`The data of ${JSON.stringify(name)}`, 'ends within an element');
    elements.push(bytes.subarray(from, to));
    at = to;
  }
  return elements;
}

/** Row-major elements, from a flat list or one that is nested as the shape says. */
function flatten(data: readonly unknown[], shape: readonly number[], name: string): readonly unknown[] {
  if (!Array.isArray(data[0])) return data;
  const wrong = () => invalid(`The data of ${JSON.stringify(name)}`, `is not nested as its shape ${shapeText(shape)} says`);
  let level: readonly unknown[] = [data];
  for (const size of shape) {
    const below: unknown[] = [];
    for (const part of level) {
      if (!Array.isArray(part) || part.length !== size) throw wrong();
      for (const item of part) below.push(item);
    }
    level = below;
  }
  if (level.some(Array.isArray)) throw wrong();
  return level;
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
