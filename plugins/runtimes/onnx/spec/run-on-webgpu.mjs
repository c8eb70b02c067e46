// Runs a model of one input x [2, 3] on WebGPU and says what ran each of its nodes. In a process of its own: a graphics
// driver that fails takes its process with it. node run-on-webgpu.mjs <folder with model.onnx>
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';

const folder = process.argv[2];
const session = await ort.InferenceSession.create(path.join(folder, 'model.onnx'), {
  executionProviders: ['webgpu'],
  enableProfiling: true,
  profileFilePrefix: path.join(folder, 'profile'),
});
const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 2, 3, 0, 0, 0), [2, 3]) });
session.endProfiling();
const profile = readdirSync(folder).find((file) => file.startsWith('profile'));
const events = JSON.parse(readFileSync(path.join(folder, profile), 'utf8'));
const ran = events.filter(({ args }) => args?.provider).map(({ args }) => `${args.op_name} on ${args.provider}`);
console.log(JSON.stringify({ y: [...y.data], ran }));
