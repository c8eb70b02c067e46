/**
 * The peer of the `onnx` benchmark: what a Node user writes by hand to serve a model. Fastify, JSON, one `await session.run` per
 * request; no key, no price, no record of the call. `direct-server.js <model.onnx> <inputs as JSON> <threads>`
 */
import fastify from 'fastify';
import { InferenceSession, Tensor } from 'onnxruntime-node';

interface Input {
  readonly name: string;
  readonly dtype: 'float32' | 'int64';
  readonly shape: readonly number[];
}

const [file, inputsJson, threads] = process.argv.slice(2) as [string, string, string];
const inputs = JSON.parse(inputsJson) as Input[];
const session = await InferenceSession.create(file, { intraOpNumThreads: Number(threads), extra: { session: { intra_op: { allow_spinning: '0' } } } });
const server = fastify({ bodyLimit: 1 << 24 });

server.post<{ Body: Record<string, { data: number[] }> }>('/predict', async (request) => {
  const feeds: Record<string, Tensor> = {};
  for (const { name, dtype, shape } of inputs) {
    const { data } = request.body[name]!;
    feeds[name] = dtype === 'int64' ? new Tensor('int64', BigInt64Array.from(data, BigInt), [1, ...shape]) : new Tensor('float32', Float32Array.from(data), [1, ...shape]);
  }
  const { y } = await session.run(feeds);
  return { y: { dtype: 'float32', shape: y!.dims.slice(1), data: Array.from(y!.data as Float32Array) } };
});

console.log(`listening on ${await server.listen({ host: '127.0.0.1', port: 0 })}`);
