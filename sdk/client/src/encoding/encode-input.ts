import { toBase64 } from './base64.js';
import type { FetchLike } from '../connection.js';
import { createError } from '../create-error.js';
import type { SteelyardError } from '../errors.js';
import type { MediaSource } from './media.js';
import { tensorBytes } from './tensor.js';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** What reading a media field may need. */
export interface EncodeContext {
  readonly fetch: FetchLike;
  readonly signal: AbortSignal;
}

const DEPTH_MAX = 100;

/**
 * The input as JSON values: media as base64, tensors' typed arrays as base64 little-endian, 64-bit integers as strings.
 * @throws InputInvalidError `CLIENT.INPUT_INVALID` for what has no JSON form
 */
export async function encodeInput(input: unknown, context: EncodeContext): Promise<JsonObject> {
  if (!isPlainObject(input)) throw refuse('', 'the input must be an object of the model\'s input fields');
  return (await encode(input, { context, path: '', depth: 0 })) as JsonObject;
}

interface Place {
  readonly context: EncodeContext;
  /** Where the value is within the input, written as in code: `images[0]`. */
  readonly path: string;
  readonly depth: number;
}

async function encode(value: unknown, place: Place): Promise<JsonValue> {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // JSON.stringify would send null in its place.
      if (!Number.isFinite(value)) throw refuse(place.path, `${value} is not a JSON number`);
      return value;
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : encodeObject(value, place);
    default:
      throw refuse(place.path, `a ${typeof value} cannot be sent`);
  }
}

async function encodeObject(value: object, place: Place): Promise<JsonValue> {
  if (place.depth > DEPTH_MAX) throw refuse(place.path, `nested deeper than ${DEPTH_MAX} levels, or refers to itself`);
  const bytes = await bytesOf(value, place);
  if (bytes) return toBase64(bytes);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>, (n) => (typeof n === 'bigint' ? n.toString() : n));
  if (tagOf(value) === 'Date') return (value as Date).toISOString();
  if (Array.isArray(value)) {
    const items: JsonValue[] = [];
    for (const [index, item] of value.entries()) items.push(await encode(item, below(place, index)));
    return items;
  }
  if (!isPlainObject(value)) throw refuse(place.path, `a ${value.constructor.name} cannot be sent`);
  const tensor = tensorBytes(value);
  const fields: [string, JsonValue][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    fields.push([key, tensor && key === 'data' ? toBase64(tensor) : await encode(item, below(place, key))]);
  }
  return Object.fromEntries(fields);
}

async function bytesOf(value: object, place: Place): Promise<Uint8Array | undefined> {
  switch (tagOf(value)) {
    case 'Uint8Array':
    case 'Uint8ClampedArray': {
      const view = value as Uint8Array;
      return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    }
    case 'ArrayBuffer':
      return new Uint8Array(value as ArrayBuffer);
    case 'Blob':
    case 'File':
      return new Uint8Array(await (value as Blob).arrayBuffer());
    case 'URL':
      return fetchBytes(value as URL, place);
    default:
      return 'bytes' in value && typeof value.bytes === 'function' ? (value as MediaSource).bytes() : undefined;
  }
}

/** What a built-in object is, also when it comes from another realm, as in tests and frames; `instanceof` fails there. */
function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

async function fetchBytes(url: URL, { context, path }: Place): Promise<Uint8Array> {
  if (!['data:', 'http:', 'https:'].includes(url.protocol)) {
    throw refuse(path, `${url.protocol} URLs are not read`, url.protocol === 'file:' ? "use file(path) from '@steelyard/client/node'" : undefined);
  }
  let answer: Response;
  try {
    answer = await context.fetch(url.href, { signal: context.signal });
  } catch (cause) {
    if (context.signal.aborted) throw context.signal.reason;
    throw refuse(path, `${shown(url)} could not be fetched`, undefined, cause);
  }
  if (!answer.ok) throw refuse(path, `${shown(url)} answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Without query and fragment: they may carry a signature. */
function shown(url: URL): string {
  return url.protocol === 'data:' ? 'the data URL' : url.origin + url.pathname;
}

function below(place: Place, key: string | number): Place {
  return { context: place.context, path: pathBelow(place.path, key), depth: place.depth + 1 };
}

function pathBelow(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function refuse(path: string, message: string, fix?: string, cause?: unknown): SteelyardError {
  return createError({
    kind: 'invalid',
    code: 'CLIENT.INPUT_INVALID',
    message: path === '' ? message : `${path}: ${message}`,
    fix,
    details: { problems: [{ path, message }] },
    charged: 'no',
    cause,
  });
}
