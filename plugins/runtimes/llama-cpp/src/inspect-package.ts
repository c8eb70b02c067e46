import { closeSync, fstatSync, openSync } from 'node:fs';
import { loadArtifactPath, runtimeErrors } from '@steelyard/runtime-kit';
import type { Inspection, OpenContext } from '@steelyard/runtime-kit';
import { ByteReader, GgufError } from './gguf/byte-reader.js';
import { readHeader } from './gguf/read-header.js';
import type { GgufFacts } from './gguf/read-header.js';
import { modelPathOf } from './model-file.js';

const MAGIC = 'GGUF';
const HEAD_BYTES = 4;

/**
 * Scans a package without loading it: its one file is a whole GGUF model by its content.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function inspectPackage({ dir, manifest }: Pick<OpenContext, 'dir' | 'manifest'>): Promise<Inspection> {
  const name = modelPathOf(manifest);
  const facts = readFacts(name, await loadArtifactPath(dir, name));
  const problem = problemOf(facts);
  if (problem) throw refuse(name, problem);
  return { format: 'gguf', notes: notesOf(facts) };
}

function readFacts(name: string, file: string): GgufFacts {
  const fd = openSync(file, 'r');
  try {
    const reader = new ByteReader(fd, fstatSync(fd).size);
    if (reader.size === 0) throw refuse(name, 'it is empty');
    const head = reader.size < HEAD_BYTES ? 0 : reader.uint32();
    const text = String.fromCharCode(head & 0xff, (head >> 8) & 0xff, (head >> 16) & 0xff, head >>> 24);
    if (text !== MAGIC) throw refuse(name, `it is ${otherFormat(text) ?? 'no GGUF file'}`);
    return readHeader(reader);
  } catch (error) {
    if (error instanceof GgufError) throw refuse(name, `it is no GGUF model: ${error.message}`);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** Formats that are taken for GGUF by mistake, or on purpose. */
function otherFormat(head: string): string | undefined {
  if (head.startsWith('PK')) return 'a zip archive (PyTorch and Keras write those)';
  if (head.startsWith('\x80')) return 'a Python pickle';
  if (head === '\x89HDF') return 'HDF5 (Keras)';
  if (['ggml', 'lmgg', 'fmgg', 'tjgg', 'algg'].includes(head)) return "GGML, which GGUF replaced; convert it with llama.cpp's tools";
  if (head === 'vers') return 'a Git LFS pointer';
  return undefined;
}

/** What is GGUF and still no model that can be run alone. */
function problemOf({ metadata }: GgufFacts): string | undefined {
  const architecture = metadata.get('general.architecture');
  const type = metadata.get('general.type') ?? 'model';
  const parts = metadata.get('split.count');
  if (typeof architecture !== 'string') return 'it does not name its architecture';
  if (type !== 'model') return `it is of the type ${JSON.stringify(type)}, not a model`;
  if (typeof parts === 'number' && parts > 1) return `it is one of ${parts} parts; join them with llama-gguf-split --merge`;
  if (!metadata.has('tokenizer.ggml.model')) return 'it has no tokenizer';
  return undefined;
}

function notesOf({ version, metadata, tensorCount, parameterCount, bytesByType }: GgufFacts): string[] {
  const said = (key: string): string => {
    const value = metadata.get(key);
    return typeof value === 'object' || value === undefined ? 'unknown' : String(value);
  };
  const architecture = said('general.architecture');
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const types = [...bytesByType].sort(([, a], [, b]) => b - a).map(([type]) => type);
  return [
    `GGUF version ${version}, architecture ${architecture}`,
    `${parameterCount} parameters in ${tensorCount} tensors: ${types.join(', ')}`,
    `context of ${said(`${architecture}.context_length`)} tokens`,
    `tokenizer ${said('tokenizer.ggml.model')}${typeof tokens === 'object' ? ` with ${tokens.length} tokens` : ''}`,
    metadata.has('tokenizer.chat_template') ? 'takes messages: it has a chat template' : 'takes prompts only: it has no chat template',
  ];
}

function refuse(path: string, reason: string): Error {
  return runtimeErrors.ARTIFACT_REFUSED({ path, reason });
}
