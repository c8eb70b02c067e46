import { runtimeErrors } from '@steelyard/runtime-kit';
import { CONFIG_FILE, GENERATION_CONFIG_FILE } from '../package-files.js';
import type { Json } from '../package-files.js';

const IDS_MAX = 64;

/**
 * The tokens that end an answer: those of `generation_config.json`, else those of `config.json`; none where neither names any.
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED` for what is no token of the model, in either file.
 */
export function readEndIds(config: Json, generation: Json = {}): readonly number[] {
  const vocabularySize = Number(config['vocab_size'] ?? Infinity);
  const [preferred, other] = [idsOf(GENERATION_CONFIG_FILE, generation, vocabularySize), idsOf(CONFIG_FILE, config, vocabularySize)];
  return preferred.length > 0 ? preferred : other;
}

function idsOf(file: string, json: Json, vocabularySize: number): readonly number[] {
  const value = json['eos_token_id'] ?? [];
  const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isToken = (id: unknown): boolean => Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < vocabularySize;
  if (ids.length > IDS_MAX || !ids.every(isToken)) {
    throw runtimeErrors.ARTIFACT_REFUSED({ path: file, reason: `its eos_token_id is no token of the model, or more than ${IDS_MAX}` });
  }
  return ids as readonly number[];
}
