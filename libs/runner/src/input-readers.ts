import { AppError } from '@steelyard/kernel';
import type { JsonSchema } from '@steelyard/model-package';
import { describeTensor, fitsSpec, inputErrors } from '@steelyard/runtime-kit';
import { checkTensor, createData, DTYPES } from '@steelyard/wire';
import type { DType, Tensor, TensorSpec } from '@steelyard/wire';
import type { Bag } from './ops/bag.js';
import { readMedia } from './read-media.js';

type Reader = (bag: Bag) => void;

/**
 * What the input schema says of top-level fields that plain JSON cannot: `x-tensor` fields are checked and typed, media
 * fields become bytes. Absent fields are left to the schema check,
 * which the host has done before.
 */
export function compileReaders(schema: JsonSchema): readonly Reader[] {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema | boolean>);
  return properties.flatMap(([field, property]) => {
    if (typeof property !== 'object') return [];
    const spec = property['x-tensor'] as Pick<TensorSpec, 'dtype' | 'shape'> | undefined;
    if (spec) return [onField(field, (value) => readTensor(field, value, spec))];
    if (isMedia(property)) return [onField(field, (value) => readMedia(field, value))];
    return [];
  });
}

/** The same rule as `isMediaField` of the model package, whose schema compiler would cost each runner a quarter of a second. */
function isMedia({ contentMediaType, contentEncoding }: JsonSchema): boolean {
  return typeof contentMediaType === 'string' && (contentEncoding === 'base64' || /^(image|audio|video)\//.test(contentMediaType));
}

function onField(field: string, read: (value: unknown) => unknown): Reader {
  return (bag) => {
    const value = bag.get(field);
    if (value !== undefined) bag.set(field, read(value));
  };
}

/**
 * A tensor of the dtype and shape that the schema asks for; numbers in plain lists (JSON) become a typed array.
 * @throws AppError `INPUT.INVALID` with what was expected and what came.
 */
export function readTensor(field: string, value: unknown, spec: Pick<TensorSpec, 'dtype' | 'shape'>): Tensor {
  let tensor: Tensor;
  try {
    tensor = checkTensor(withBytes(value));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw inputErrors.INVALID({ field, reason: `expected a tensor ${describeTensor(spec)}: ${error.message}` });
  }
  if (!fitsSpec(tensor, spec)) throw inputErrors.INVALID({ field, reason: `expected ${describeTensor(spec)}, got ${describeTensor(tensor)}` });
  return tensor;
}

/** JSON may hold a tensor's data as base64 of its little-endian bytes, which is a third of the size of its digits. */
function withBytes(value: unknown): unknown {
  const { dtype, data } = (value ?? {}) as { dtype?: unknown; data?: unknown };
  if (typeof data !== 'string' || !isNumericDType(dtype)) return value;
  const bytes = Buffer.from(data, 'base64');
  const elementBytes = (createData(dtype, 0) as Uint8Array).BYTES_PER_ELEMENT;
  if (bytes.length % elementBytes !== 0) return value;
  const typed = createData(dtype, bytes.length / elementBytes) as Uint8Array;
  new Uint8Array(typed.buffer).set(bytes);
  return { ...(value as object), data: typed };
}

function isNumericDType(dtype: unknown): dtype is DType {
  return dtype !== 'string' && (DTYPES as readonly unknown[]).includes(dtype);
}
