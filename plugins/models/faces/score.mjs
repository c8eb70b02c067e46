/**
 * node score.mjs [lfw_subset.npy]
 *
 * How many of the 100 faces and of the 100 patches without one in scikit-image's `lfw_subset` the model takes for a face, at the
 * threshold of model.yaml. Each patch of 25x25 is enlarged to half of what the model sees, and has a plain margin around it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

const [file = '/usr/lib/python3/dist-packages/skimage/data/lfw_subset.npy'] = process.argv.slice(2);
const THRESHOLD = 0.6;
const [SIDE, SEEN, ROW] = [25, 128, 18];
const session = await InferenceSession.create(fileURLToPath(new URL('model.onnx', import.meta.url)), { intraOpNumThreads: 1, logSeverityLevel: 4 });

for (const margin of [0, 64, 128]) {
  const scores = [];
  for (const patch of patches(readFileSync(file))) scores.push(await bestScore(patch, margin));
  const found = (from, to) => scores.slice(from, to).filter((score) => score >= THRESHOLD).length;
  console.log(`margin ${margin}: ${found(0, 100)} of 100 faces found, ${found(100, 200)} of 100 other patches taken for one`);
}

/** NumPy's format: a header of plain text, then float64 [200,25,25], 0 to 1. */
function patches(bytes) {
  const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset + 10 + bytes.readUInt16LE(8), bytes.byteOffset + bytes.length));
  return Array.from({ length: 200 }, (_, index) => Buffer.from(values.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE).map((value) => Math.round(value * 255))));
}

async function bestScore(patch, grey) {
  const background = { r: grey, g: grey, b: grey };
  const around = SEEN / 4;
  const pixels = await sharp(patch, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .toColourspace('srgb')
    .resize(SEEN / 2, SEEN / 2)
    .extend({ top: around, bottom: around, left: around, right: around, background })
    .raw()
    .toBuffer();
  const channels = pixels.length / (SEEN * SEEN);
  const image = Float32Array.from({ length: SEEN * SEEN * 3 }, (_, at) => pixels[Math.floor(at / 3) * channels + Math.min(at % 3, channels - 1)] / 127.5 - 1);
  const { faces } = await session.run({ image: new Tensor('float32', image, [1, SEEN, SEEN, 3]) });
  return Array.from({ length: faces.dims[1] }, (_, row) => faces.data[row * ROW + 4]).reduce((best, score) => Math.max(best, score));
}
