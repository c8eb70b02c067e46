import type { Call, CallResult, ClientPlugin } from '../call.js';
import { toBase64 } from '../encoding/base64.js';
import type { InputValue } from '../encoding/encode-input.js';

export interface CacheOptions {
  /** The least recently used answer goes when there are more. */
  readonly entriesMax?: number;
  /** How long an answer is good for. */
  readonly ttlMs?: number;
  /**
   * How long to believe that a channel (`acme/digits`, `acme/digits:beta`) still means the version that answered last. A
   * release shows after that time at the latest.
   */
  readonly channelTtlMs?: number;
}

interface Entry {
  readonly result: CallResult;
  readonly expiresAtMs: number;
}

/**
 * Answers a call from memory when the same version was given the same input before. Such an answer costs nothing and says
 * `prediction.cached`. For models whose output is a function of their input only.
 */
export function cache({ entriesMax = 1_000, ttlMs = 3_600_000, channelTtlMs = 60_000 }: CacheOptions = {}): ClientPlugin {
  const entries = new Map<string, Entry>();
  const versions = new Map<string, { readonly model: string; readonly expiresAtMs: number }>();

  function recall(key: string): CallResult | undefined {
    const entry = entries.get(key);
    if (!entry) return undefined;
    // Put back at the end: the map's order is that of the last use.
    entries.delete(key);
    if (entry.expiresAtMs <= Date.now()) return undefined;
    entries.set(key, entry);
    return copyOf(entry.result);
  }

  function remember(key: string, result: CallResult): void {
    entries.delete(key);
    entries.set(key, { result: copyOf(result), expiresAtMs: Date.now() + ttlMs });
    if (entries.size > entriesMax) entries.delete(entries.keys().next().value!);
  }

  return {
    name: 'cache',
    async onCall(call: Call, next: (call: Call) => Promise<CallResult>): Promise<CallResult> {
      const startedAtMs = performance.now();
      const input = await digestOf(call.input);
      const version = call.ref.includes('@') ? call.ref : knownVersion(versions.get(call.ref));
      const found = version === undefined ? undefined : recall(`${version} ${input}`);
      if (found) return fromMemory(found, performance.now() - startedAtMs);
      const result = await next(call);
      const { model } = result.prediction;
      if (model !== call.ref) {
        versions.set(call.ref, { model, expiresAtMs: Date.now() + channelTtlMs });
        if (versions.size > entriesMax) versions.delete(versions.keys().next().value!);
      }
      remember(`${model} ${input}`, result);
      return result;
    },
  };
}

function knownVersion(known: { readonly model: string; readonly expiresAtMs: number } | undefined): string | undefined {
  return known && known.expiresAtMs > Date.now() ? known.model : undefined;
}

function fromMemory({ output, prediction }: CallResult, roundTripMs: number): CallResult {
  return { output, prediction: { ...prediction, costNano: 0n, timings: { roundTripMs }, replayed: false, cached: true } };
}

/** A caller may change what it was given. */
function copyOf(result: CallResult): CallResult {
  return { output: structuredClone(result.output), prediction: result.prediction };
}

/** SHA-256 of the input's canonical JSON; the JSON itself where the browser has no `subtle` (pages without TLS). */
async function digestOf(input: InputValue): Promise<string> {
  const text = canonical(input);
  const subtle = (globalThis.crypto as Partial<typeof globalThis.crypto> | undefined)?.subtle;
  if (!subtle) return text;
  const digest = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** JSON with the keys in order, so that the order in which a caller wrote them does not matter. Bytes are told from texts. */
function canonical(value: InputValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (ArrayBuffer.isView(value)) return `b${toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}`;
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

function isList(value: InputValue): value is readonly InputValue[] {
  return Array.isArray(value);
}
