import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealReport } from '../blob-store.js';
import type { Turns } from '../turns.js';
import type { ArtifactKeys } from './artifact-keys.js';
import { rewrapKey, sealedPlace, sealFile, sealingKeyOf } from './sealed-file.js';

const PLAIN_OR_HEADER = /^([0-9a-f]{64})(\.key)?$/;

type Outcome = 'sealed' | 'rewrapped' | 'current' | 'left';

export interface SealTools {
  readonly keys: ArtifactKeys;
  readonly turns: Turns;
  readonly withinMs: number;
}

/** Goes through the folders of a store, file by file; it may be broken off and begun again. */
export async function sealAll(dir: string, { keys, turns, withinMs }: SealTools): Promise<SealReport> {
  const untilMs = performance.now() + withinMs;
  const counts: Record<Outcome, number> = { sealed: 0, rewrapped: 0, current: 0, left: 0 };
  const failed: { sha256: string; reason: string }[] = [];
  for (const folder of await readdir(dir).catch(() => [])) {
    const names = await readdir(join(dir, folder));
    const blobs = new Set(names.flatMap((name) => PLAIN_OR_HEADER.exec(name)?.[1] ?? []));
    for (const sha256 of blobs) {
      try {
        counts[await turns.take(sha256, () => sealOne(join(dir, folder, sha256), sha256, { keys, mayWork: performance.now() <= untilMs }))] += 1;
      } catch (error) {
        failed.push({ sha256, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return { ...counts, failed };
}

interface SealTask {
  readonly keys: ArtifactKeys;
  /** Whether there is time for more than a look. */
  readonly mayWork: boolean;
}

/** The plain file goes last: until then, and from then on, whoever asks for the blob gets it. */
async function sealOne(plain: string, sha256: string, { keys, mayWork }: SealTask): Promise<Outcome> {
  const place = sealedPlace(plain, sha256);
  const isPlain = await stat(plain).then(() => true, () => false);
  if (!isPlain && (await sealingKeyOf(place)) === keys.currentId) return 'current';
  if (!mayWork) return 'left';
  if (!isPlain) {
    await rewrapKey(place, keys);
    return 'rewrapped';
  }
  await sealFile(plain, place, keys);
  await rm(plain);
  return 'sealed';
}
