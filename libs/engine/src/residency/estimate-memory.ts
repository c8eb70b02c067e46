import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MaterializedModel } from '../engine-host.js';

/** What a model takes for each byte of its files: weights, what the runtime makes of them, and room to work. */
const PER_FILE_BYTE = 1.6;
/** Anonymous memory of a runner with a runtime and a model of next to no size. */
const RUNNER_BYTES = 48 * 1024 * 1024;

/** Anonymous memory that a runner of this model will take: as it was measured, otherwise by the size of its artifacts. */
export async function estimateMemory({ dir, manifest, memoryBytes }: MaterializedModel): Promise<number> {
  if (memoryBytes !== undefined) return memoryBytes;
  const sizes = await Promise.all(manifest.artifacts.map(async ({ path }) => (await stat(join(dir, path))).size));
  return Math.round(RUNNER_BYTES + PER_FILE_BYTE * sizes.reduce((sum, size) => sum + size, 0));
}
