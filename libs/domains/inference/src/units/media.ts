import { isMediaField } from '@steelyard/model-package';
import { wavLayoutOf } from '@steelyard/wire';
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
  const { header, data } = isWav(bytes) ? wavLayoutOf(bytes) : {};
  if (!header || !data || header.blockBytes === 0 || header.rate === 0) {
    throw inferenceErrors.INPUT_INVALID({ label: version.label, problems: [{ path: field, message: 'is charged by its length, which only a WAV tells' }] });
  }
  const size = Math.min(data.size, bytes.length - data.start);
  return (BigInt(Math.floor(size / header.blockBytes)) * MICROS) / BigInt(header.rate);
}

/** Bytes, base64 text, or a data URL with base64. */
function bytesOf(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const text = typeof value === 'string' ? value : '';
  return Buffer.from(text.startsWith('data:') ? text.slice(text.indexOf(',') + 1) : text, 'base64');
}

function isWav(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WAVE';
}
