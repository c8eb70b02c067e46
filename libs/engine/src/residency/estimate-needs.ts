import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MaterializedModel } from '../engine-host.js';
import type { Needs } from './needs.js';

const MIB = 1024 * 1024;
/** What a model takes for each byte of its files: weights, what the runtime makes of them, and room to work. */
const PER_FILE_BYTE = 1.6;
/** Anonymous memory of a runner with a runtime and a model of next to no size. */
const RUNNER_BYTES = 48 * MIB;
/** What a process takes of an accelerator before any weights, for its context and its libraries. Assumed: no GPU was there to measure it on. */
const CONTEXT_BYTES = 256 * MIB;

/**
 * Memory that a runner of this model will take when it runs on a device: as it was measured there, otherwise by the size of its
 * artifacts. Weights of an accelerator pass through the machine's memory on their way.
 */
export async function estimateNeeds({ dir, manifest, memoryBytes, measuredOn = 'cpu' }: MaterializedModel, device: string): Promise<Needs> {
  const sizes = await Promise.all(manifest.artifacts.map(async ({ path }) => (await stat(join(dir, path))).size));
  const fileBytes = sizes.reduce((sum, size) => sum + size, 0);
  const measuredBytes = measuredOn === device ? memoryBytes : undefined;
  if (device === 'cpu') return { cpu: measuredBytes ?? Math.round(RUNNER_BYTES + PER_FILE_BYTE * fileBytes) };
  return { [device]: Math.round(CONTEXT_BYTES + PER_FILE_BYTE * fileBytes), cpu: measuredBytes ?? RUNNER_BYTES + fileBytes };
}
