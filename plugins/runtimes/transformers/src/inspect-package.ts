import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Inspection, OpenContext } from '@steelyard/runtime-kit';
import { notesOf, scanOnnxFile } from '@steelyard/runtime-kit/onnx';
import { checkJson } from './check-json.js';
import { inspectGeneration } from './generation/inspect-generation.js';
import { CONFIG_FILE, GENERATION_CONFIG_FILE, modelPathOf, readPackageJson, TOKENIZER_FILES } from './package-files.js';
import type { Json } from './package-files.js';

/** Parts without which the library cannot make a tokenizer. */
const TOKENIZER_PARTS = { 'tokenizer.json': 'model', 'tokenizer_config.json': undefined } as const;

/**
 * Scans a package without loading it: its JSON files are what their names say, its model is ONNX by its content, and there
 * is no file that a load could read without having been scanned.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function inspectPackage({ dir, manifest }: Pick<OpenContext, 'dir' | 'manifest'>): Promise<Inspection> {
  const model = modelPathOf(manifest);
  const generates = manifest.task === 'text-generation';
  const needed = [CONFIG_FILE, ...TOKENIZER_FILES, model];
  const listed = new Set(manifest.artifacts.map((artifact) => artifact.path));
  for (const file of needed) if (!listed.has(file)) throw refuse(file, 'the package does not list it; a transformers model needs it');
  const read = new Set([...needed, ...(generates && listed.has(GENERATION_CONFIG_FILE) ? [GENERATION_CONFIG_FILE] : [])]);
  const json = await readAll(dir, [...read].filter((file) => file.endsWith('.json')));
  const { facts, files } = await scanOnnxFile({ dir, manifest }, model);
  const idle = [...listed].find((file) => !read.has(file) && !files.has(file));
  if (idle !== undefined) throw refuse(idle, 'a load of this model does not read it; runtime.options.dtype chooses between model files');
  await refuseUnscanned(dir, new Set([...read, ...files]));
  const notes = generates ? inspectGeneration(manifest, json) : [];
  return { format: 'transformers', notes: [`model type ${json[CONFIG_FILE]?.['model_type'] as string}`, ...notes, ...notesOf(facts)] };
}

async function readAll(dir: string, names: readonly string[]): Promise<Readonly<Record<string, Json>>> {
  const json: Record<string, Json> = {};
  for (const file of names) {
    const value = await readPackageJson(dir, file);
    const part = TOKENIZER_PARTS[file as keyof typeof TOKENIZER_PARTS];
    if (part && (typeof value[part] !== 'object' || value[part] === null)) throw refuse(file, `it has no "${part}"`);
    if (file === CONFIG_FILE && typeof value['model_type'] !== 'string') throw refuse(file, 'it has no model_type');
    checkJson(file, value);
    json[file] = value;
  }
  return json;
}

/** Which files of these folders the library loads depends on the model's type; so there may be none but those scanned. */
async function refuseUnscanned(dir: string, scanned: ReadonlySet<string>): Promise<void> {
  const beside = (await readdir(path.join(dir, 'onnx'))).map((name) => `onnx/${name}`);
  const settings = (await readdir(dir)).filter((name) => name === GENERATION_CONFIG_FILE);
  const unscanned = [...beside, ...settings].find((file) => !scanned.has(file));
  if (unscanned !== undefined) throw refuse(unscanned, 'it lies beside the model without being part of it');
}

function refuse(file: string, reason: string): Error {
  return runtimeErrors.ARTIFACT_REFUSED({ path: file, reason });
}
