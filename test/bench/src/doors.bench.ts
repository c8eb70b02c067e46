/**
 * `npm run bench -- doors`: what a call costs the gateway at each door, over the same call of the same model through the native route as JSON.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunningPlatform } from '@steelyard/test-support/platform';
import { encodeValue } from '@steelyard/wire';
import { compareDoors } from './tools/compare-doors.js';
import { writePackage } from './tools/echo-package.js';
import type { BenchResult } from './tools/rounds.js';
import type { Target } from './tools/server-cpu.js';

const COMPARISON = { rounds: 7, roundMs: 2_000, warmUpMs: 4_000 };
const stories = fileURLToPath(new URL('../../../plugins/models/tiny-stories-onnx', import.meta.url));

const platform = await RunningPlatform.start();
const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
try {
  const key = await platform.openOrganization('bench', '100000');
  const target = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Target => ({ url: platform.url + path, headers: { authorization: `Bearer ${key}`, ...headers }, bodies: [body], pid: platform.pid });
  await writePackage(dir);
  await platform.publish(key, dir);
  await platform.publish(key, stories);

  const input = { text: 'hello', number: 1 };
  const tensors = (binary: boolean) => {
    const bytes = { text: Buffer.from('\u0005\0\0\0hello'), number: Buffer.from(Float64Array.of(1).buffer) };
    const one = (name: 'text' | 'number', datatype: string, data: unknown) => ({ name, datatype, shape: [1], ...(binary ? { parameters: { binary_data_size: bytes[name].length } } : { data: [data] }) });
    const json = JSON.stringify({ inputs: [one('text', 'BYTES', 'hello'), one('number', 'FP64', 1)], ...(binary && { parameters: { binary_data_output: true } }) });
    if (!binary) return target('/v2/models/bench/echo/infer', json);
    return target('/v2/models/bench/echo/infer', Buffer.concat([Buffer.from(json), bytes.text, bytes.number]), { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) });
  };
  const query = 'mutation ($input: PredictInput!) { predict(input: $input) { __typename ... on PredictSuccess { output } } }';
  const echo = await compareDoors(
    {
      native: target('/v1/predict/bench/echo', JSON.stringify(input)),
      native_cbor: target('/v1/predict/bench/echo', encodeValue(input), { 'content-type': 'application/cbor', accept: 'application/cbor' }),
      open_inference: tensors(false),
      open_inference_binary: tensors(true),
      graphql: target('/graphql', JSON.stringify({ query, variables: { input: { ref: 'bench/echo', input } } })),
    },
    { ...COMPARISON, inFlight: 32 },
  );
  const ask = { messages: [{ role: 'user', content: 'Tell me a story.' }], temperature: 0 };
  const generation = await compareDoors(
    {
      native: target('/v1/predict/bench/tiny-stories-onnx', JSON.stringify({ ...ask, maxTokens: 1 })),
      openai: target('/openai/v1/chat/completions', JSON.stringify({ model: 'bench/tiny-stories-onnx', ...ask, max_tokens: 1 })),
    },
    { ...COMPARISON, inFlight: 8 },
  );
  const worst = Math.max(...[echo, generation].flatMap((figures) => Object.values(figures).map(({ ratio }) => ratio)));
  const result: BenchResult = { bench: 'doors', ratio: worst, unit: "gateway's processor time per call over the native route's, at the worst door", rounds: COMPARISON.rounds, cases: { echo, generation } };
  console.log(JSON.stringify(result));
} finally {
  await platform.stop();
  await rm(dir, { recursive: true });
}
