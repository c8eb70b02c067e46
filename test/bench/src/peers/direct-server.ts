/**
 * The peer that the `onnx` benchmark compares with: what a Node user writes by hand to serve the digits model. One process,
 * Fastify, `await session.run` per request; no accounts, no limits, no metering, no isolation.
 *
 * `node direct-server.js <model.onnx>` prints `{"port": 1234}`; `POST /predict` takes `{"image": "<base64>"}`. The
 * variables THREADS, SPINNING and SHARP_THREADS let the benchmark find the settings that suit this server best.
 */
import Fastify from 'fastify';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

const SIZE = 28;
const BODY_BYTES_MAX = 16 * 1024 * 1024;

const { THREADS, SPINNING = '1', SHARP_THREADS } = process.env;
if (SHARP_THREADS) sharp.concurrency(Number(SHARP_THREADS));

const session = await InferenceSession.create(process.argv[2] ?? 'model.onnx', {
  ...(THREADS && { intraOpNumThreads: Number(THREADS) }),
  extra: { session: { intra_op: { allow_spinning: SPINNING } } },
});
const [inputName = '', outputName = ''] = [session.inputNames[0], session.outputNames[0]];

const app = Fastify({ bodyLimit: BODY_BYTES_MAX });

app.post<{ Body: { image: string } }>('/predict', async ({ body }) => {
  const bytes = Buffer.from(body.image, 'base64');
  const pixels = await sharp(bytes).flatten({ background: '#fff' }).resize(SIZE, SIZE, { fit: 'contain' }).greyscale().raw().toBuffer();
  const input = Float32Array.from(pixels, (value) => value / 255);
  const results = await session.run({ [inputName]: new Tensor('float32', input, [1, 1, SIZE, SIZE]) });
  return answer(results[outputName]?.data as Float32Array);
});

function answer(logits: Float32Array): { label: string; score: number; scores: { label: string; score: number }[] } {
  const max = Math.max(...logits);
  const exponents = Array.from(logits, (value) => Math.exp(value - max));
  const sum = exponents.reduce((total, value) => total + value, 0);
  const scores = exponents.map((value, index) => ({ label: String(index), score: value / sum }));
  const best = scores.reduce((winner, candidate) => (candidate.score > winner.score ? candidate : winner));
  return { ...best, scores };
}

await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
if (typeof address === 'object' && address) console.log(JSON.stringify({ port: address.port }));
