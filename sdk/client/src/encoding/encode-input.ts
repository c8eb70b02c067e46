import type { FetchLike } from '../connection.js';
import { createError } from '../create-error.js';
import type { SteelyardError } from '../errors.js';
import type { MediaSource } from './media.js';
import { tensorNumbers, type TypedNumbers } from './tensor.js';

/** What is sent: JSON values, media as bytes, and tensors' numbers as they are. */
export type InputValue = null | boolean | number | string | TypedNumbers | readonly InputValue[] | { readonly [key: string]: InputValue };
export type InputObject = { readonly [key: string]: InputValue };

/** What reading a media field may need. */
export interface EncodeContext {
  readonly fetch: FetchLike;
  readonly signal: AbortSignal;
}

const DEPTH_MAX = 100;

/**
 * The input as it is sent: media as bytes, tensors' typed arrays as they are, other 64-bit integers as strings.
 * @throws InputInvalidError `CLIENT.INPUT_INVALID` for what cannot be sent
 */
export async function encodeInput(input: unknown, context: EncodeContext): Promise<InputObject> {
  if (!isPlainObject(input)) throw refuse('', 'the input must be an object of the model\'s input fields');
  return (await encode(input, { context, path: '', depth: 0 })) as InputObject;
}

interface Place {
  readonly context: EncodeContext;
  /** Where the value is within the input, written as in code: `images[0]`. */
  readonly path: string;
  readonly depth: number;
}

async function encode(value: unknown, place: Place): Promise<InputValue> {
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

async function encodeObject(value: object, place: Place): Promise<InputValue> {
  if (place.depth > DEPTH_MAX) throw refuse(place.path, `nested deeper than ${DEPTH_MAX} levels, or refers to itself`);
  const bytes = await bytesOf(value, place);
  if (bytes) return bytes;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>, (n) => (typeof n === 'bigint' ? n.toString() : n));
  if (tagOf(value) === 'Date') return (value as Date).toISOString();
  if (Array.isArray(value)) {
    const items: InputValue[] = [];
    for (const [index, item] of value.entries()) items.push(await encode(item, below(place, index)));
    return items;
  }
  if (!isPlainObject(value)) throw refuse(place.path, `a ${value.constructor.name} cannot be sent`);
  const numbers = tensorNumbers(value);
  const fields: [string, InputValue][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    fields.push([key, numbers && key === 'data' ? numbers : await encode(item, below(place, key))]);
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
