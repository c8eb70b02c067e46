/**
 * A JSON value as RFC 8785 writes it: keys in the order of their UTF-16 code units, no space, numbers and texts as JavaScript writes them. The
 * same value is the same text, wherever it is written. Fields that are `undefined` are left out.
 * @throws TypeError for what JSON cannot say: NaN, infinities, `bigint`, functions
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const object = value as Readonly<Record<string, unknown>>;
    const keys = Object.keys(object).filter((key) => object[key] !== undefined);
    return `{${keys.sort().map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`).join(',')}}`;
  }
  const text = typeof value === 'number' && !Number.isFinite(value) ? undefined : JSON.stringify(value);
  if (text === undefined) throw new TypeError(`${String(value)} is no JSON value`);
  return text;
}
