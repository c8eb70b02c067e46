import { open } from 'node:fs/promises';
import { loadArtifactPath } from '@steelyard/runtime-kit';
import type { io } from '@tensorflow/tfjs-core';
import { refuse } from './model-file.js';
import type { JsonObject } from './model-file.js';
import type { ScannedModel } from './scan-package.js';

/** Gives TensorFlow.js a scanned model: it reads the files that the scan found, and nothing else, from disk or network. */
export function sourceOf(dir: string, { format, topology, signature, weights }: ScannedModel): io.IOHandler {
  return {
    load: async () => ({
      format,
      modelTopology: format === 'graph-model' ? { versions: {}, ...topology } : ((topology['model_config'] as JsonObject | undefined) ?? topology),
      ...(Object.keys(signature).length > 0 && { signature }),
      weightSpecs: [...weights.specs],
      weightData: await readWeights(dir, weights),
    }),
  };
}

/** All files one after another, in one buffer of the size that the scan found. */
async function readWeights(dir: string, { files, bytes }: ScannedModel['weights']): Promise<ArrayBuffer> {
  const data = new Uint8Array(bytes);
  let filled = 0;
  for (const name of files) {
    const file = await open(await loadArtifactPath(dir, name));
    try {
      const { size } = await file.stat();
      if (filled + size > bytes) throw refuse(name, 'it has grown since it was looked at');
      for (let end = filled + size; filled < end; ) {
        const { bytesRead } = await file.read(data, filled, end - filled);
        if (bytesRead === 0) throw refuse(name, 'it has shrunk since it was looked at');
        filled += bytesRead;
      }
    } finally {
      await file.close();
    }
  }
  return data.buffer;
}
