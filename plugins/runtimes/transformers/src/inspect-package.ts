import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Inspection, OpenContext } from '@steelyard/runtime-kit';
import { notesOf, scanOnnxFile } from '@steelyard/runtime-kit/onnx';
import { CONFIG_FILE, modelPathOf, readPackageJson, TOKENIZER_FILES } from './package-files.js';

/** Parts without which the library cannot make a tokenizer. */
const TOKENIZER_PARTS = { 'tokenizer.json': 'model', 'tokenizer_config.json': undefined } as const;

/**
 * Scans a package without loading it: its JSON files are what their names say, its model is ONNX by its content, and there
 * is no file that a load could read without having been scanned.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function inspectPackage({ dir, manifest }: Pick<OpenContext, 'dir' | 'manifest'>): Promise<Inspection> {
  const model = modelPathOf(manifest);
  const needed = new Set<string>([CONFIG_FILE, ...TOKENIZER_FILES, model]);
  const listed = new Set(manifest.artifacts.map((artifact) => artifact.path));
  for (const file of needed) if (!listed.has(file)) throw refuse(file, 'the package does not list it; a transformers model needs it');
  const config = await readPackageJson(dir, CONFIG_FILE);
  if (typeof config['model_type'] !== 'string') throw refuse(CONFIG_FILE, 'it has no model_type');
  for (const file of TOKENIZER_FILES) {
    const part = TOKENIZER_PARTS[file];
    const value = await readPackageJson(dir, file);
    if (part && (typeof value[part] !== 'object' || value[part] === null)) throw refuse(file, `it has no "${part}"`);
  }
  const { facts, files } = await scanOnnxFile({ dir, manifest }, model);
  const idle = [...listed].find((file) => !needed.has(file) && !files.has(file));
  if (idle !== undefined) throw refuse(idle, 'a load of this model does not read it; runtime.options.dtype chooses between model files');
  await refuseUnscanned(dir, files);
  return { format: 'transformers', notes: [`model type ${config['model_type']}`, ...notesOf(facts)] };
}

/** Which files of this folder the library loads depends on the model's type; so there may be none but those scanned. */
async function refuseUnscanned(dir: string, scanned: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(path.join(dir, 'onnx'))) {
    const file = `onnx/${name}`;
    if (!scanned.has(file)) throw refuse(file, 'it lies beside the model without being part of it');
  }
}

function refuse(file: string, reason: string): Error {
  return runtimeErrors.ARTIFACT_REFUSED({ path: file, reason });
}
