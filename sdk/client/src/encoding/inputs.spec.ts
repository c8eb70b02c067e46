import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { decodeValue } from '@steelyard/wire';
import { closing, failureOf, ok, serve, type Seen } from '../../spec/native-server.js';
import type { InputInvalidError } from '../index.js';
import { file } from '../node.js';

describe('inputs', () => {
  /** What the server reads out of a body of CBOR. */
  const decoded = ({ headers, bytes }: Seen): unknown => {
    expect(headers['content-type']).toBe('application/cbor');
    return decodeValue(Uint8Array.from(bytes));
  };

  it('makes bytes of every form of media', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'steelyard-client-'));
    closing.push(() => rm(dir, { recursive: true }));
    await writeFile(join(dir, 'a.bin'), Buffer.from([0, 1, 254]));
    const picture = await serve((_request, response) => void response.end(Buffer.from([0, 1, 254])));
    const { connect, seen } = await serve(ok({}));
    const bytes = new Uint8Array([9, 0, 1, 254]).subarray(1);
    await connect().run('acme/digits', {
      text: 'as it is',
      dataUrl: 'data:image/png;base64,AAE=',
      blob: new Blob([bytes]),
      bytes,
      buffer: Buffer.from(bytes),
      arrayBuffer: bytes.slice().buffer,
      file: file(join(dir, 'a.bin')),
      url: new URL(`${picture.baseUrl}/a.png`),
      inlineUrl: new URL('data:application/octet-stream;base64,AAH+'),
      list: [bytes],
      left: undefined,
    });
    const same = Uint8Array.of(0, 1, 254);
    expect(decoded(seen[0]!)).toEqual({
      text: 'as it is', dataUrl: 'data:image/png;base64,AAE=', blob: same, bytes: same, buffer: same, arrayBuffer: same, file: same, url: same, inlineUrl: same, list: [same],
    });
  });

  it('sends tensors as they are and other 64-bit integers as strings', async () => {
    const { connect, seen } = await serve(ok({}));
    await connect().run('acme/m', {
      a: { dtype: 'float32', shape: [2], data: new Float32Array([1, -2]) },
      b: { dtype: 'int64', shape: [1], data: [2n ** 60n] },
      c: { dtype: 'float32', shape: [2], data: [1, 2] },
      d: new Float64Array([0.5]),
      e: { dtype: 'int64', shape: [1], data: new BigInt64Array([1n]) },
      f: [true, false, null, 0, -1, 23, 24, 255, 256, 65_536, 2 ** 32 - 1, 2 ** 32, -24, -25, -(2 ** 40), 0.1, 'ä'.repeat(300)],
    });
    expect(decoded(seen[0]!)).toEqual({
      a: { dtype: 'float32', shape: [2], data: new Float32Array([1, -2]) },
      b: { dtype: 'int64', shape: [1], data: ['1152921504606846976'] },
      c: { dtype: 'float32', shape: [2], data: [1, 2] },
      d: [0.5],
      e: { dtype: 'int64', shape: [1], data: new BigInt64Array([1n]) },
      f: [true, false, null, 0, -1, 23, 24, 255, 256, 65_536, 2 ** 32 - 1, 2 ** 32, -24, -25, -(2 ** 40), 0.1, 'ä'.repeat(300)],
    });
  });

  it('writes every typed array so that the server reads it', async () => {
    const { connect, seen } = await serve(ok({}));
    const arrays = {
      uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int8: Int8Array, int16: Int16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array,
    };
    const tensors = Object.fromEntries(Object.entries(arrays).map(([dtype, Typed]) => [dtype, { dtype, shape: [2], data: Typed.of(1, 2) }]));
    const input = { ...tensors, int64: { dtype: 'int64', shape: [1], data: BigInt64Array.of(-5n) }, uint64: { dtype: 'uint64', shape: [1], data: BigUint64Array.of(2n ** 63n) } };
    await connect().run('acme/m', input);
    expect(decoded(seen[0]!)).toEqual(input);
  });

  it('refuses what JSON would lose, and says where it is', async () => {
    const { connect, seen } = await serve(ok({}));
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const failures: [Record<string, unknown>, string][] = [
      [{ a: [1, { b: Number.NaN }] }, 'a[1].b'],
      [{ f: () => 1 }, 'f'],
      [{ m: new Map() }, 'm'],
      [{ u: new URL('file:///etc/hostname') }, 'u'],
      [circle, 'self'],
    ];
    for (const [input, path] of failures) {
      const error = await failureOf(connect().run('acme/m', input));
      expect(error).toMatchObject({ code: 'CLIENT.INPUT_INVALID', charged: 'no' });
      expect((error as InputInvalidError).problems[0]!.path.startsWith(path)).toBe(true);
    }
    expect(seen).toHaveLength(0);
  });
});
