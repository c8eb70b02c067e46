import { runtimeErrors } from '@steelyard/runtime-kit';
import { isTensor } from '@steelyard/wire';

/**
 * Refuses numbers that JSON has not: NaN and the infinities. A tensor may hold them, as the logarithm of a probability of zero
 * does: binary and CBOR answers carry them, a JSON answer has `null` in their place. Any other number is what a schema
 * promised.
 * @throws AppError `RUNTIME.OUTPUT_INVALID`.
 */
export function checkFinite(value: unknown, field = ''): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw runtimeErrors.OUTPUT_INVALID({ field, reason: `it is ${value}, which is no number for JSON` });
    return;
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || isTensor(value)) return;
  for (const [name, item] of Object.entries(value)) checkFinite(item, field === '' ? name : `${field}.${name}`);
}
