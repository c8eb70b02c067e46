/**
 * node score.mjs <folder with clips.raw and clips.json> ...
 *
 * How many clips of each voice model.onnx gets right.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';

const LENGTH = 24_000;
const session = await ort.InferenceSession.create(fileURLToPath(new URL('../model.onnx', import.meta.url)), { intraOpNumThreads: 1 });
for (const folder of process.argv.slice(2)) {
  const { labels, voices } = JSON.parse(readFileSync(path.join(folder, 'clips.json'), 'utf8'));
  const raw = readFileSync(path.join(folder, 'clips.raw'));
  const right = new Map();
  for (const [index, label] of labels.entries()) {
    const samples = Float32Array.from({ length: LENGTH }, (_, at) => raw.readInt16LE((index * LENGTH + at) * 2) / 2 ** 15);
    const { probabilities } = await session.run({ samples: new ort.Tensor('float32', samples, [LENGTH]) });
    const found = probabilities.data.indexOf(Math.max(...probabilities.data));
    right.set(voices[index], [...(right.get(voices[index]) ?? []), found === label]);
  }
  const count = (list) => `${list.filter(Boolean).length} of ${list.length}`;
  console.log(`${folder}: ${count([...right.values()].flat())}; ${[...right].map(([voice, list]) => `${voice} ${count(list)}`).join('; ')}`);
}
