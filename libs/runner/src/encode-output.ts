import { AppError } from '@steelyard/kernel';
import { runtimeErrors } from '@steelyard/runtime-kit';
import { encodeValue, isTensor } from '@steelyard/wire';

/** An answer, or a part of one, as CBOR. @throws AppError `RUNTIME.OUTPUT_INVALID` for what no caller could read */
export function encodeOutput(output: unknown): Uint8Array {
  checkFinite(output);
  try {
    return encodeValue(output);
  } catch (error) {
    throw runtimeErrors.OUTPUT_INVALID({ field: '', reason: error instanceof AppError ? error.message : String(error) }, error);
  }
}

/**
 * Refuses numbers that JSON has not: NaN and the infinities. A tensor may hold them, as the logarithm of a probability of zero
 * does: binary and CBOR answers carry them, a JSON answer has `null` in their place. Any other number is what a schema
 * promised.
 * @throws AppError `RUNTIME.OUTPUT_INVALID`.
 */
function checkFinite(value: unknown, field = ''): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw runtimeErrors.OUTPUT_INVALID({ field, reason: `it is ${value}, which is no number for JSON` });
    return;
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || isTensor(value)) return;
  for (const [name, item] of Object.entries(value)) checkFinite(item, field === '' ? name : `${field}.${name}`);
}
