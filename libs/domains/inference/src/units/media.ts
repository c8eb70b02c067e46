import { isMediaField } from '@steelyard/model-package';
import { soundFormatOf, wavLayoutOf } from '@steelyard/wire';
import { inferenceErrors } from '../errors.js';
import { exactly, type Bounds, type CallFacts } from './measure.js';

type Fields = Readonly<Record<string, unknown>>;

/** Every picture that the input holds, alone or in a list. */
export function images(call: CallFacts): Bounds {
  return exactly(mediaOf(call, 'image').length);
}

/** As long as the WAV's header says, in microseconds. */
export function audioMicros(call: CallFacts): Bounds {
  return exactly(mediaOf(call, 'audio').reduce((sum, { field, value }) => sum + microsOf(value, field, call), 0n));
}

interface Media {
  readonly field: string;
  readonly value: unknown;
}

/** What the schema calls media of a kind, as far as the input holds it. */
function mediaOf({ version, input }: CallFacts, kind: 'image' | 'audio'): Media[] {
  const fields = Object(input) as Fields;
  const properties = (version.manifest.input['properties'] ?? {}) as Fields;
  return Object.entries(properties).flatMap(([field, schema]) => {
    const value = fields[field];
    if (value === undefined || value === null) return [];
    const { items } = Object(schema) as { items?: unknown };
    if (isKind(schema, kind)) return [{ field, value }];
    return isKind(items, kind) && Array.isArray(value) ? value.map((item: unknown, index) => ({ field: `${field}[${index}]`, value: item })) : [];
  });
}

function isKind(schema: unknown, kind: string): boolean {
  return isMediaField(schema) && (schema as { contentMediaType: string }).contentMediaType.startsWith(`${kind}/`);
}

const MICROS = 1_000_000n;

/** @throws INFERENCE.INPUT_INVALID */
function microsOf(value: unknown, field: string, { version }: CallFacts): bigint {
  const bytes = bytesOf(value);
  const refuse = (reason: string): never => {
    throw inferenceErrors.INPUT_INVALID({ label: version.label, problems: [{ path: field, message: `${reason} (calls are charged by their seconds)` }] });
  };
  const format = soundFormatOf(bytes);
  if (format !== 'wav') refuse(`it is ${(format as { other: string }).other}; send WAV`);
  const { hasHeader, header, data } = wavLayoutOf(bytes);
  if (!header || header.blockBytes === 0 || header.rate === 0) return refuse(hasHeader ? 'the "fmt " chunk of the WAV does not say how long a second is' : 'the WAV has no "fmt " chunk: it is damaged');
  if (!data) return refuse('the WAV has no "data" chunk: there is no sound in it');
  const size = Math.min(data.size, bytes.length - data.start);
  return (BigInt(Math.floor(size / header.blockBytes)) * MICROS) / BigInt(header.rate);
}

/** Bytes, base64 text, or a data URL with base64. */
function bytesOf(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const text = typeof value === 'string' ? value : '';
  return Buffer.from(text.startsWith('data:') ? text.slice(text.indexOf(',') + 1) : text, 'base64');
}
