import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Json } from './package-files.js';

const POSITIONS_MAX = 2 ** 27;
const LAYERS_MAX = 4096;

/** Numbers that the library, or this runtime, counts up to or makes room for, under the names that the architectures give them. */
const COUNTS: Readonly<Record<string, number>> = {
  max_position_embeddings: POSITIONS_MAX,
  n_positions: POSITIONS_MAX,
  max_length: POSITIONS_MAX,
  max_new_tokens: POSITIONS_MAX,
  vocab_size: 2 ** 26,
  num_hidden_layers: LAYERS_MAX,
  num_layers: LAYERS_MAX,
  num_decoder_layers: LAYERS_MAX,
  num_transformer_layers: LAYERS_MAX,
  decoder_layers: LAYERS_MAX,
  n_layer: LAYERS_MAX,
  n_layers: LAYERS_MAX,
};

/**
 * What no honest file of a package says, in itself or in the configuration of a part (`text_config`).
 * @throws AppError `RUNTIME.ARTIFACT_REFUSED`.
 */
export function checkJson(file: string, json: Json): void {
  const refuse = (reason: string): Error => runtimeErrors.ARTIFACT_REFUSED({ path: file, reason });
  const parts = Object.entries(json).filter(([name, value]) => name.endsWith('_config') && typeof value === 'object' && value !== null);
  for (const part of [json, ...parts.map(([, value]) => value as Json)]) {
    if (part['trust_remote_code']) throw refuse('it asks to trust code from elsewhere, and nothing but the files of a package is ever run');
    for (const [name, countMax] of Object.entries(COUNTS)) {
      const count = part[name] ?? undefined;
      if (count !== undefined && !(Number.isInteger(count) && (count as number) >= 0 && (count as number) <= countMax)) {
        throw refuse(`its ${name} is no whole number up to ${countMax}`);
      }
    }
  }
}
