/**
 * The most that a model gives here: `session.run` in a loop, in as many processes and threads and in batches as large as do best.
 * `raw-loop.js <model.onnx> <inputs as JSON> <threads> <batch> <milliseconds>` prints items per second.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [file, inputsJson, threads, batch, forMs] = process.argv.slice(2) as [string, string, string, string, string];
const inputs = JSON.parse(inputsJson) as { name: string; dtype: 'float32' | 'int64'; shape: number[] }[];
const session = await InferenceSession.create(file, { intraOpNumThreads: Number(threads), extra: { session: { intra_op: { allow_spinning: '0' } } } });
const feeds = Object.fromEntries(
  inputs.map(({ name, dtype, shape }) => {
    const dims = [Number(batch), ...shape];
    const length = dims.reduce((product, size) => product * size, 1);
    return [name, dtype === 'int64' ? new Tensor('int64', new BigInt64Array(length).fill(7n), dims) : new Tensor('float32', new Float32Array(length).fill(0.5), dims)];
  }),
);
await session.run(feeds);
const startedAt = performance.now();
let items = 0;
while (performance.now() - startedAt < Number(forMs)) {
  await session.run(feeds);
  items += Number(batch);
}
console.log(items / ((performance.now() - startedAt) / 1_000));
