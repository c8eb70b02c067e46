import type { Manifest } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Inspection, OpenContext } from '@steelyard/runtime-kit';
import { notesOf, scanOnnxFile } from '@steelyard/runtime-kit/onnx';
import { readDictionary } from './recognition/dictionary.js';

const PARTS = ['detection', 'recognition', 'dictionary'] as const;

export type Parts = Readonly<Record<(typeof PARTS)[number], string>>;

/** The three artifacts that the options name. @throws AppError `RUNTIME.OPTIONS_INVALID`. */
export function partsOf({ artifacts, runtime: { options } }: Pick<Manifest, 'artifacts' | 'runtime'>): Parts {
  const paths = new Set(artifacts.map(({ path }) => path));
  for (const part of PARTS) {
    const named = options[part];
    if (typeof named === 'string' && paths.has(named)) continue;
    throw runtimeErrors.OPTIONS_INVALID({ runtime: 'ocr', reason: `"${part}" names no artifact of the package: ${JSON.stringify(named)}` });
  }
  return options as Parts;
}

/**
 * Scans a package without loading it: two ONNX models, a list of characters, and nothing else.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export async function inspectPackage({ dir, manifest }: Pick<OpenContext, 'dir' | 'manifest'>): Promise<Inspection> {
  const parts = partsOf(manifest);
  const characters = await readDictionary(dir, parts.dictionary);
  const read = new Set([parts.dictionary]);
  const notes = [`${characters.length} characters`];
  for (const part of ['detection', 'recognition'] as const) {
    const { facts, files } = await scanOnnxFile({ dir, manifest }, parts[part]);
    for (const file of files) read.add(file);
    notes.push(...notesOf(facts).map((note) => `${part}: ${note}`));
  }
  const idle = manifest.artifacts.find(({ path }) => !read.has(path));
  if (idle) throw runtimeErrors.ARTIFACT_REFUSED({ path: idle.path, reason: 'it is none of detection, recognition and dictionary, and neither model reads it' });
  return { format: 'ocr', notes };
}
