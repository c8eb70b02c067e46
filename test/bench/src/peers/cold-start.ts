/**
 * The peer of the `cold` benchmark: what it takes without an engine to have one answer of this model from nothing. Prints `answered`
 * after one run. Configured as our runner is: one thread, no spinning, no arena.
 */
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

const SIDE = 28;
const [modelPath, imagePath] = process.argv.slice(2);
const session = await InferenceSession.create(modelPath!, { intraOpNumThreads: 1, enableCpuMemArena: false, extra: { session: { intra_op: { allow_spinning: '0' } } } });
const pixels = await sharp(readFileSync(imagePath!)).greyscale().resize(SIDE, SIDE).raw().toBuffer();
const { logits } = await session.run({ image: new Tensor('float32', Float32Array.from(pixels, (value) => value / 255), [1, 1, SIDE, SIDE]) });
console.log(`answered ${logits!.data.length}`);
