import type { Manifest } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';
import { CONFIG_FILE, GENERATION_CONFIG_FILE } from '../package-files.js';
import type { Json } from '../package-files.js';
import { readEndIds } from './end-tokens.js';

/**
 * What a package for `text-generation` has to keep to, beyond what others do.
 * @param json The package's JSON files, by name.
 * @returns What its provider is told.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export function inspectGeneration({ batching }: Pick<Manifest, 'batching'>, json: Readonly<Record<string, Json>>): readonly string[] {
  if (batching.maxSize > 1) {
    // In a batch nobody could leave before the last one was answered, and each would wait for the others.
    throw runtimeErrors.ARTIFACT_REFUSED({ path: 'model.yaml', reason: 'text is written for one request at a time here; set batching.maxSize to 1' });
  }
  const ends = readEndIds(json[CONFIG_FILE] ?? {}, json[GENERATION_CONFIG_FILE]);
  const takesMessages = Boolean(json['tokenizer_config.json']?.['chat_template']);
  return [
    takesMessages ? 'takes messages: it has a chat template' : 'takes prompts only: it has no chat template',
    ...(ends.length === 0 ? ['its configuration names no token that ends an answer'] : []),
  ];
}
