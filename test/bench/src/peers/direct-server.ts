/**
 * The peer of the `onnx` benchmark: what a Node user writes by hand to serve this model. Fastify, `sharp` for the image, one
 * `await session.run` per request; no key, no price, no record of the call. At its best of the options tried on two cores: one
 * thread each for ONNX Runtime and libvips, no spinning, no image cache serve 1.5 times as much at 64 in flight as the defaults.
 */
import fastify from 'fastify';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

const SIDE = 28;
sharp.concurrency(1);
sharp.cache(false);
const session = await InferenceSession.create(process.argv[2]!, { intraOpNumThreads: 1, extra: { session: { intra_op: { allow_spinning: '0' } } } });
const server = fastify({ bodyLimit: 1 << 24 });

server.post<{ Body: { image: string } }>('/predict', async (request) => {
  const pixels = await sharp(Buffer.from(request.body.image, 'base64')).greyscale().resize(SIDE, SIDE).raw().toBuffer();
  const image = new Tensor('float32', Float32Array.from(pixels, (value) => value / 255), [1, 1, SIDE, SIDE]);
  const { logits } = await session.run({ image });
  const scores = softmax(logits!.data as Float32Array);
  const best = scores.indexOf(Math.max(...scores));
  return { label: String(best), score: scores[best], scores: scores.map((score, label) => ({ label: String(label), score })) };
});

console.log(`listening on ${await server.listen({ host: '127.0.0.1', port: 0 })}`);

function softmax(logits: Float32Array): number[] {
  const top = Math.max(...logits);
  const powers = Array.from(logits, (value) => Math.exp(value - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
