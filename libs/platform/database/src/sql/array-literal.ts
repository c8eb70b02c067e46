/**
 * Values whose text needs no quoting (ids, numbers, timestamps) as a PostgreSQL array. For bulk statements: pg's own
 * conversion quotes and escapes every element, which costs as much as the statement.
 */
export function plainArray(values: readonly (string | number | bigint)[]): string {
  return `{${values.join(',')}}`;
}

const SPECIAL = /["\\]/g;

/** Texts, or nulls, as a PostgreSQL array. */
export function textArray(values: readonly (string | null | undefined)[]): string {
  return `{${values.map((value) => (value == null ? 'NULL' : `"${value.replace(SPECIAL, '\\$&')}"`)).join(',')}}`;
}

/** Bytes, or nulls, as a PostgreSQL `bytea[]`. */
export function bytesArray(values: readonly (Uint8Array | null | undefined)[]): string {
  return `{${values.map((value) => (value == null ? 'NULL' : `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}"`)).join(',')}}`;
}
