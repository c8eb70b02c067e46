/**
 * `npm run bench -- binary`: a tensor of 600 KB that comes back as it went, through the native route and the Open Inference Protocol, as JSON and
 * as bytes: processor time of the gateway per call. What JSON costs over what bytes cost is the figure.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningPlatform } from '@steelyard/test-support/platform';
import { encodeValue } from '@steelyard/wire';
import { compareDoors } from './tools/compare-doors.js';
import { writePackage } from './tools/echo-package.js';
import { round, type BenchResult } from './tools/rounds.js';

const ROUNDS = 7;
const SHAPE = [3, 224, 224];
const COUNT = SHAPE.reduce((product, size) => product * size);

const platform = await RunningPlatform.start({ env: { STEELYARD_BODY_LIMIT_BYTES: String(16 * 1024 * 1024) } });
const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
try {
  const key = await platform.openOrganization('bench', '100000');
  const schema = { type: 'object', required: ['x'], properties: { x: { 'x-tensor': { dtype: 'float32', shape: SHAPE } } } };
  await writePackage(dir, { name: 'tensor', schema, sample: { x: { dtype: 'float32', shape: SHAPE, data: Buffer.alloc(COUNT * 4).toString('base64') } } });
  await platform.publish(key, dir);
  const numbers = Float32Array.from({ length: COUNT }, (_, at) => Math.fround(Math.sin(at)));
  const bytes = Buffer.from(numbers.buffer);
  const list = Array.from(numbers);
  const url = `${platform.url}/v1/predict/bench/tensor`;
  const inferUrl = `${platform.url}/v2/models/bench/tensor/infer`;
  const target = (to: string, body: string | Uint8Array, headers: Record<string, string>) => ({ url: to, headers: { authorization: `Bearer ${key}`, ...headers }, bodies: [body], pid: platform.pid });
  const infer = (rest: object, more: object) => JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: SHAPE, ...rest }], ...more });
  const inferHead = infer({ parameters: { binary_data_size: bytes.length } }, { parameters: { binary_data_output: true } });
  const cases = await compareDoors(
    {
      native_json: target(url, JSON.stringify({ x: { dtype: 'float32', shape: SHAPE, data: list } }), {}),
      native_cbor: target(url, encodeValue({ x: { dtype: 'float32', shape: SHAPE, data: numbers } }), { 'content-type': 'application/cbor', accept: 'application/cbor' }),
      open_inference_json: target(inferUrl, infer({ data: list }, {}), {}),
      open_inference_binary: target(inferUrl, Buffer.concat([Buffer.from(inferHead), bytes]), { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(inferHead.length) }),
    },
    { rounds: ROUNDS, inFlight: 8, roundMs: 2_000, warmUpMs: 3_000 },
  );
  const ratio = round(1 / Math.max(cases['native_cbor']!.ratio, cases['open_inference_binary']!.ratio));
  const result: BenchResult = { bench: 'binary', ratio, unit: "gateway's processor time of a call with 600 KB as JSON over the same as bytes, the worse of CBOR and Open Inference", rounds: ROUNDS, cases };
  console.log(JSON.stringify(result));
} finally {
  await platform.stop();
  await rm(dir, { recursive: true });
}
