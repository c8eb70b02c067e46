/**
 * node compare.mjs <the published silero_vad_v6.onnx> <raw or WAV files of 16 kHz, 16 bits, one channel>
 *
 * Runs the published network frame by frame, its state and context carried along, and this package's once over the whole
 * recording, and prints the largest difference of a probability.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';

const [FRAME, CONTEXT, STATE] = [512, 64, [2, 1, 128]];
const [publishedFile, ...files] = process.argv.slice(2);
const open = (file) => ort.InferenceSession.create(file, { intraOpNumThreads: 1 });
const published = await open(publishedFile);
const ours = await open(fileURLToPath(new URL('model.onnx', import.meta.url)));
assert(files.length > 0, 'name at least one recording');

let largest = 0;
for (const file of files) {
  const frames = framesOf(file);
  const shape = [frames.length / FRAME, FRAME];
  const startedMs = performance.now();
  const { probabilities } = await ours.run({ frames: new ort.Tensor('float32', frames, shape) });
  const onceMs = performance.now() - startedMs;
  const expected = await frameByFrame(frames);
  assert.equal(probabilities.data.length, expected.length);
  const difference = expected.reduce((most, value, index) => Math.max(most, Math.abs(value - probabilities.data[index])), 0);
  largest = Math.max(largest, difference);
  const times = `${onceMs.toFixed(0)} ms at once, ${(performance.now() - startedMs - onceMs).toFixed(0)} ms frame by frame`;
  console.log(`${file}: ${expected.length} frames, difference ${difference.toExponential(1)}, ${times}`);
}
assert(largest < 1e-5, `the two differ by ${largest}`);

async function frameByFrame(frames) {
  let state = new ort.Tensor('float32', new Float32Array(256), STATE);
  const sr = new ort.Tensor('int64', [16_000n], []);
  const heard = new Float32Array(CONTEXT + FRAME);
  const found = [];
  for (let at = 0; at < frames.length; at += FRAME) {
    heard.copyWithin(0, FRAME);
    heard.set(frames.subarray(at, at + FRAME), CONTEXT);
    const { output, stateN } = await published.run({ input: new ort.Tensor('float32', heard.slice(), [1, heard.length]), state, sr });
    state = stateN;
    found.push(output.data[0]);
  }
  return found;
}

function framesOf(file) {
  const bytes = readFileSync(file);
  const start = bytes.subarray(0, 4).toString() === 'RIFF' ? bytes.indexOf('data') + 8 : 0;
  const count = Math.floor((bytes.length - start) / 2);
  const frames = new Float32Array(Math.ceil(count / FRAME) * FRAME);
  for (let index = 0; index < count; index++) frames[index] = bytes.readInt16LE(start + 2 * index) / 2 ** 15;
  return frames;
}
