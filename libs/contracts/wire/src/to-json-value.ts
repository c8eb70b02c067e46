/**
 * A value of the wire as JSON says it: a tensor's data as a flat list, 64-bit integers as strings of digits (a JSON number
 * would lose some), bytes as base64. What is JSON already comes back as it is. NaN and the infinities, which a tensor may
 * hold, are left to `JSON.stringify`, which writes `null`.
 */
export function toJsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return Array.from(value, String);
  if (ArrayBuffer.isView(value)) return toList(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) return value.map(toJsonValue);
  if (isTensorOfBytes(value)) return { ...value, data: toList(value.data) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJsonValue(item)]));
}

/** A tenth of what `Array.from` takes. */
function toList(numbers: ArrayLike<number>): number[] {
  const list = new Array<number>(numbers.length);
  for (let i = 0; i < numbers.length; i++) list[i] = numbers[i]!;
  return list;
}

/** The numbers of a `uint8` or `bool` tensor are a `Uint8Array`, as bytes are; its dtype tells them apart. */
function isTensorOfBytes(value: object): value is { readonly dtype: string; readonly data: Uint8Array } {
  return 'dtype' in value && 'shape' in value && 'data' in value && value.data instanceof Uint8Array;
}
