import { Tag } from 'cbor-x';
import { VALUE_DEPTH_MAX } from './decode-value.js';
import { wireErrors } from './errors.js';

/** ES2024. */
type Text = string & { isWellFormed(): boolean };

/** Halves of surrogate pairs by themselves: UTF-8 has no bytes for them. */
const LONE_HALVES = /\p{Surrogate}/gu;
const REPLACEMENT = '\ufffd';

const BYTES_MAX = 2 ** 32 - 1;
const [LONG_MIN, LONG_MAX] = [-(2n ** 64n), 2n ** 64n];

/** Kinds of views whose tag the decoder knows, and those that are written as bytes. */
const VIEWS: ReadonlySet<string> = new Set([
  'Uint8Array', 'Uint16Array', 'Uint32Array', 'BigUint64Array', 'Int8Array', 'Int16Array', 'Int32Array', 'BigInt64Array',
  'Float32Array', 'Float64Array', 'DataView',
]);

/** What the encoder writes under tags that the decoder does not read. */
const TAGGED = [Date, Set, Map, RegExp, Error, Tag] as const;

/**
 * Whether every text in a value is well formed; of one that is not, {@link wellFormed} makes one that is.
 * @param depth how many lists and objects it is to be held by
 * @throws AppError `WIRE.UNENCODABLE` for what the encoder would write and the decoder would refuse
 */
export function checkEncodable(value: unknown, depth = 0): boolean {
  return check(value, depth);
}

/** A value with U+FFFD for every lone half of a surrogate pair, as every writer of UTF-8 has it. */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(LONE_HALVES, REPLACEMENT);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [wellFormed(key), wellFormed(item)]));
}

function check(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      return (value as Text).isWellFormed();
    case 'object':
      return value === null || checkObject(value, depth);
    case 'bigint':
      if (value <= LONG_MIN || value >= LONG_MAX) throw unencodable(`${value} does not fit into 64 bits`);
      return true;
    case 'function':
    case 'symbol':
      throw unencodable(`it holds a ${typeof value}`);
    default:
      return true;
  }
}

function checkObject(value: object, depth: number): boolean {
  if (ArrayBuffer.isView(value)) return checkView(value);
  if (depth >= VALUE_DEPTH_MAX) throw unencodable(`it is nested more than ${VALUE_DEPTH_MAX} deep, or holds itself`);
  return Array.isArray(value) ? checkList(value, depth + 1) : checkMap(value, depth + 1);
}

function checkView(view: ArrayBufferView): true {
  const kind = Object.prototype.toString.call(view).slice('[object '.length, -1);
  if (!VIEWS.has(kind)) throw unencodable(`it holds a ${kind}`);
  if (view.byteLength > BYTES_MAX) throw unencodable(`it holds ${view.byteLength} bytes in one piece, and ${BYTES_MAX} can be`);
  return true;
}

function checkList(list: readonly unknown[], depth: number): boolean {
  // The encoder tells a list by its class, and takes one of another class for an iterator.
  const { constructor }: object = list;
  if (constructor !== Array) throw unencodable('it holds a list of a class of its own');
  let isWellFormed = true;
  // By index: a hole is written as undefined.
  for (let i = 0; i < list.length; i++) isWellFormed = check(list[i], depth) && isWellFormed;
  return isWellFormed;
}

function checkMap(map: object, depth: number): boolean {
  if (map.constructor !== Object && (Symbol.iterator in map || TAGGED.some((Class) => map instanceof Class))) {
    throw unencodable(`it holds a ${map.constructor.name}, which is no plain object`);
  }
  let isWellFormed = true;
  for (const key of Object.keys(map)) {
    if (key === '__proto__') throw unencodable('it has the key "__proto__"');
    isWellFormed = check((map as Record<string, unknown>)[key], depth) && (key as Text).isWellFormed() && isWellFormed;
  }
  return isWellFormed;
}

function unencodable(reason: string) {
  return wireErrors.UNENCODABLE({ reason });
}
