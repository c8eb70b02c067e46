import { readFile, stat } from 'node:fs/promises';
import type { Manifest } from '@steelyard/model-package';
import { loadArtifactPath, runtimeErrors } from '@steelyard/runtime-kit';

/** A large graph with its weights in files of their own has one or two megabytes of JSON. */
const JSON_BYTES_MAX = 16 * 1024 * 1024;
/** Models within models; a graph of TensorFlow has about ten levels. */
const JSON_DEPTH_MAX = 200;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function refuse(file: string, reason: string): Error {
  return runtimeErrors.ARTIFACT_REFUSED({ path: file, reason });
}

/** A text of the model for a message: one short line. */
export function quote(text: unknown): string {
  const json = JSON.stringify(text) ?? 'nothing';
  return json.length > 80 ? `${json.slice(0, 79)}…` : json;
}

/** Which artifact is the model: the one that `options.model` names, or the only one that ends in `.json`. */
export function modelPathOf(manifest: Pick<Manifest, 'artifacts' | 'runtime'>): string {
  const paths = manifest.artifacts.map(({ path }) => path);
  const chosen = manifest.runtime.options['model'];
  if (chosen !== undefined) {
    if (typeof chosen === 'string' && paths.includes(chosen)) return chosen;
    throw runtimeErrors.OPTIONS_INVALID({ runtime: 'tfjs', reason: `"model" names no artifact of the package: ${quote(chosen)}` });
  }
  const models = paths.filter((path) => path.endsWith('.json'));
  const [only] = models;
  if (only !== undefined && models.length === 1) return only;
  const reason = only === undefined ? 'the package has no .json artifact' : `the package has ${models.length} .json files; say with runtime.options.model which to load`;
  throw runtimeErrors.OPTIONS_INVALID({ runtime: 'tfjs', reason });
}

/**
 * Reads an artifact as a JSON object of bounded size and depth.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function readJsonFile(dir: string, name: string): Promise<JsonObject> {
  const file = await loadArtifactPath(dir, name);
  const { size } = await stat(file);
  if (size > JSON_BYTES_MAX) throw refuse(name, `it has ${size} bytes; the description of a model has at most ${JSON_BYTES_MAX}`);
  const bytes = await readFile(file);
  if (depthOf(bytes) > JSON_DEPTH_MAX) throw refuse(name, `it is nested more than ${JSON_DEPTH_MAX} deep`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refuse(name, 'it is no JSON, so no model of TensorFlow.js');
  }
  if (!isObject(value)) throw refuse(name, 'it is no JSON object, so no model of TensorFlow.js');
  return value;
}

/** How deep brackets are nested in JSON text, found before it is parsed: whatever walks the value may recurse. */
export function depthOf(json: Uint8Array): number {
  const [quoteMark, backslash, openBracket, closeBracket, openBrace, closeBrace] = Buffer.from('"\\[]{}') as unknown as [number, number, number, number, number, number];
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (inText) {
      if (byte === backslash) at++;
      else if (byte === quoteMark) inText = false;
    } else if (byte === quoteMark) inText = true;
    else if (byte === openBracket || byte === openBrace) deepest = Math.max(deepest, ++depth);
    else if (byte === closeBracket || byte === closeBrace) depth--;
  }
  return deepest;
}
