/**
 * node features.mjs <features.onnx> <clips.raw> <features.raw>
 *
 * Runs the embedding over clips of 24,000 samples of 16 bits and writes its rows, 32-bit floats, one clip after the other.
 */
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import * as ort from 'onnxruntime-node';

const LENGTH = 24_000;
const [model, clips, features] = process.argv.slice(2);
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
const [from, to] = [openSync(clips, 'r'), openSync(features, 'w')];
const clip = new Int16Array(LENGTH);
const count = statSync(clips).size / clip.byteLength;
for (let index = 0; index < count; index++) {
  readSync(from, clip, 0, clip.byteLength, null);
  const { embeddings } = await session.run({ samples: new ort.Tensor('float32', Float32Array.from(clip, (sample) => sample / 2 ** 15), [LENGTH]) });
  writeSync(to, embeddings.data);
}
closeSync(to);
console.log(`${count} clips`);
