import { readFile, stat } from 'node:fs/promises';
import type { Manifest } from '@steelyard/model-package';
import { loadArtifactPath, runtimeErrors } from '@steelyard/runtime-kit';

/** Suffixes that the library gives to the variants of a model file: https://huggingface.co/docs/transformers.js/guides/dtypes */
export const DTYPE_SUFFIXES = { fp32: '', fp16: '_fp16', int8: '_int8', uint8: '_uint8', q8: '_quantized', q4: '_q4' } as const;
export type Dtype = keyof typeof DTYPE_SUFFIXES;

export const CONFIG_FILE = 'config.json';
/** Read for `text-generation` alone, where the package has it. */
export const GENERATION_CONFIG_FILE = 'generation_config.json';
export const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'] as const;

const MEGABYTE = 2 ** 20;
/** A vocabulary of 250,000 pieces takes 17 MB. */
const BYTES_MAX: Readonly<Record<string, number>> = { [CONFIG_FILE]: MEGABYTE, 'tokenizer_config.json': 8 * MEGABYTE, 'tokenizer.json': 64 * MEGABYTE };
/** Readers of these files go into them by recursion. */
const DEPTH_MAX = 64;

export type Json = Readonly<Record<string, unknown>>;

/** The artifact that `runtime.options.dtype` chooses. */
export function modelPathOf({ runtime }: Pick<Manifest, 'runtime'>): string {
  const dtype = (runtime.options['dtype'] ?? 'fp32') as Dtype;
  if (!Object.hasOwn(DTYPE_SUFFIXES, dtype)) {
    throw runtimeErrors.OPTIONS_INVALID({ runtime: 'transformers', reason: `"dtype" is none of ${Object.keys(DTYPE_SUFFIXES).join(', ')}` });
  }
  return `onnx/model${DTYPE_SUFFIXES[dtype]}.onnx`;
}

/**
 * One of the package's JSON files, of a bounded size and depth.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function readPackageJson(dir: string, name: string): Promise<Json> {
  const refuse = (reason: string): Error => runtimeErrors.ARTIFACT_REFUSED({ path: name, reason });
  const file = await loadArtifactPath(dir, name);
  const bytesMax = BYTES_MAX[name] ?? MEGABYTE;
  if ((await stat(file)).size > bytesMax) throw refuse(`it is larger than ${bytesMax / MEGABYTE} MB`);
  const text = await readFile(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('it is not a JSON object');
  if (isDeep(value)) throw refuse(`it is nested more than ${DEPTH_MAX} deep`);
  return value as Json;
}

function isDeep(root: object): boolean {
  let level: object[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) return true;
    level = level.flatMap((parent) => Object.values(parent) as unknown[]).filter((child): child is object => typeof child === 'object' && child !== null);
  }
  return false;
}
