import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Manifest } from '@steelyard/model-package';
import { fixtureManifest } from '@steelyard/runtime-testkit';
import { encodeValue, FrameKind } from '@steelyard/wire';
import type { RanHeader } from '@steelyard/wire';
import sharp from 'sharp';
import { Host } from '../spec/host.js';
import { connectRunner } from './connect-runner.js';

const ECHO = '@steelyard/runtime-echo';
const manifest = (fields: Partial<Manifest> = {}): Manifest => ({ ...fixtureManifest({ name: 'echo' }, { files: {} }), ...fields });
const words = manifest({
  artifacts: [{ path: 'words.txt' }],
  pre: [{ op: 'words', input: 'text', vocabulary: 'words.txt', tensor: 'ids', maxLength: 3, lowercase: true, cut: 'none' }],
});

describe('a runner', () => {
  let host: Host;
  let closed: Promise<void>;

  async function connect(runtimePackage = ECHO): Promise<unknown> {
    const hello = host.accept();
    closed = new Promise((onClose) => void connectRunner({ socketPath: host.socketPath, token: 't', runtimePackage, onClose }));
    return hello;
  }

  beforeEach(async () => {
    host = await Host.listen();
  });
  afterEach(async () => {
    await host.close();
    await closed;
  });

  it('says hello, describes its runtime and inspects a package', async () => {
    expect(await connect()).toEqual({ pid: process.pid, token: 't' });
    expect((await host.ask(FrameKind.describe, {})).header).toMatchObject({ name: 'echo', spi: 1, devices: ['cpu'], capabilities: { batching: true }, libraries: {}, node: process.versions.node });
    await host.load(manifest());
    expect((await host.ask(FrameKind.inspect, { dir: host.dir })).header).toEqual({ format: 'none', notes: [] });
  });

  it('answers each item of a batch in order', async () => {
    await connect();
    expect(await host.load(manifest())).toMatchObject({ device: 'cpu', inputs: [], outputs: [], memoryBytes: expect.any(Number), loadMs: expect.any(Number) });
    const inputs = [{ a: 1 }, { x: { dtype: 'float32', shape: [1], data: Float32Array.of(2) } }, {}];
    expect(await host.run(inputs)).toEqual(inputs.map((output) => ({ output })));
    expect(await host.run([])).toEqual([]);
  });

  it('tells how long it computed and how much memory it has', async () => {
    await connect();
    await host.load(manifest({ runtime: { name: 'echo', range: '*', options: { delayMs: 30 } } }));
    const body = encodeValue({});
    const { header } = await host.ask(FrameKind.run, { items: [{ length: body.length, deadlineAtMs: Date.now() + 5000 }] }, body);
    const { computeMs, memoryBytes } = header as RanHeader;
    expect(computeMs).toBeGreaterThan(25);
    expect(memoryBytes).toBeGreaterThan(1e6);
  });

  it('reads the files of ops when it loads, and names the one that is missing', async () => {
    await connect();
    await expect(host.load(words)).rejects.toMatchObject({ code: 'RUNTIME.ARTIFACT_REFUSED', message: expect.stringMatching(/words\.txt.*does not exist/) });
  });

  it('hands a text to the model as the ids of its words', async () => {
    await connect();
    await writeFile(path.join(host.dir, 'words.txt'), 'a\nfilm\n');
    await host.load(words);
    const [answered, refused] = await host.run([{ text: 'A good film' }, { text: '' }]);
    expect(answered).toEqual({ output: { ids: { dtype: 'int64', shape: [3], data: BigInt64Array.of(2n, 1n, 3n) } } });
    expect(refused).toMatchObject({ error: { code: 'INPUT.INVALID' } });
  });

  it('keeps a bad item\'s failure to itself', async () => {
    await connect();
    await host.load(manifest({ input: { properties: { x: { 'x-tensor': { dtype: 'float32', shape: [1] } } } } }));
    const good = { x: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } };
    const [first, second, third, fourth] = await host.run([good, { x: 'no' }, 7, good]);
    expect([first, fourth]).toEqual([{ output: good }, { output: good }]);
    expect([second, third]).toEqual([
      { error: expect.objectContaining({ code: 'INPUT.INVALID', kind: 'invalid' }) },
      { error: expect.objectContaining({ code: 'INPUT.INVALID' }) },
    ]);
  });

  it('decodes a batch of photos a few at a time, each into its own answer', async () => {
    await connect();
    const sizes = Array.from({ length: 9 }, (_, i) => i + 20);
    await host.load(manifest({ pre: [{ op: 'decode', input: 'image', color: 'gray' }, { op: 'normalize', input: 'image', tensor: 'x', layout: 'CHW', scale: 1, mean: [0], std: [1] }] }));
    const photos = await Promise.all(sizes.map((width) => sharp({ create: { width, height: 2, channels: 3, background: '#fff' } }).webp().toBuffer()));
    const answers = await host.run(photos.map((image, i) => ({ image: i === 4 ? image.subarray(0, 30) : image })));
    expect(answers.map((answer) => ('output' in answer ? (answer.output['x'] as { shape: number[] }).shape[2] : answer.error.code))).toEqual(
      sizes.map((width, i) => (i === 4 ? 'INPUT.INVALID' : width)),
    );
  });

  it('refuses images that are empty, cut off or larger than any, and answers their neighbour', async () => {
    await connect();
    await host.load(manifest({ pre: [{ op: 'decode', input: 'image', color: 'gray' }, { op: 'normalize', input: 'image', tensor: 'x', layout: 'CHW', scale: 1, mean: [0], std: [1] }] }));
    const good = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } }).png().toBuffer();
    const huge = await sharp({ create: { width: 8000, height: 8000, channels: 3, background: '#fff' } }).png().toBuffer();
    const images = [new Uint8Array(0), '', 'data:image/png;base64,', good.subarray(0, 40), huge, good];
    const codes = (await host.run(images.map((image) => ({ image })))).map((answer) => ('output' in answer ? 'ok' : answer.error.code));
    expect(codes).toEqual([...new Array<string>(5).fill('INPUT.INVALID'), 'ok']);
  });

  it('answers bytes that are no CBOR, and goes on', async () => {
    await connect();
    await host.load(manifest());
    const bodies = [Buffer.from([0xff, 0xff]), Buffer.from(encodeValue({ a: 1 }))];
    const items = bodies.map(({ length }) => ({ length, deadlineAtMs: Date.now() + 5000 }));
    const { header } = await host.ask(FrameKind.run, { items }, ...bodies);
    expect((header as RanHeader).items).toMatchObject([{ ok: false, error: { code: 'WIRE.MALFORMED', kind: 'invalid' } }, { ok: true }]);
  });

  it('does not start what is late already', async () => {
    await connect();
    await host.load(manifest());
    expect(await host.run([{}], Date.now() - 1)).toMatchObject([{ error: { code: 'RUNTIME.DEADLINE_EXCEEDED', kind: 'deadline-exceeded' } }]);
  });

  it('tells a runtime to stop when the last deadline of the batch has passed', async () => {
    await connect();
    await host.load(manifest({ runtime: { name: 'echo', range: '*', options: { delayMs: 60_000 } } }));
    expect(await host.run([{}, {}], Date.now() + 50)).toMatchObject([{ error: { code: 'RUNTIME.RUN_FAILED' } }, { error: { code: 'RUNTIME.RUN_FAILED' } }]);
  });

  it('answers batches that came at once in their order', async () => {
    await connect();
    await host.load(manifest({ runtime: { name: 'echo', range: '*', options: { delayMs: 5 } } }));
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((n) => host.run([{ n }]).then(() => order.push(n))));
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('refuses to run before it loads, and to load twice', async () => {
    await connect();
    await expect(host.run([{}])).rejects.toMatchObject({ code: 'RUNTIME.NOT_LOADED' });
    await host.load(manifest());
    await expect(host.load(manifest())).rejects.toMatchObject({ code: 'RUNTIME.ALREADY_LOADED' });
    expect(await host.run([{ a: 1 }])).toEqual([{ output: { a: 1 } }]);
  });

  it('refuses a model of another runtime, of another version of it, and ops that it does not know', async () => {
    for (const runtime of [{ name: 'onnx', range: '*' }, { name: 'echo', range: '^9.0.0' }, { name: 'echo', range: 'latest' }]) {
      await connect();
      await expect(host.load(manifest({ runtime: { ...runtime, options: {} } }))).rejects.toMatchObject({ code: 'RUNTIME.INCOMPATIBLE' });
    }
    await connect();
    await expect(host.load(manifest({ pre: [{ op: 'blur' } as never] }))).rejects.toMatchObject({ code: 'RUNTIME.LOAD_FAILED' });
  });

  it.each([
    ['@steelyard/runtime-absent', /not installed/],
    ['../../etc/passwd', /not the name of a package/],
    ['node:fs', /not the name of a package/],
  ])('says that the runtime %s cannot be had', async (name, message) => {
    await connect(name);
    expect((await host.ask(FrameKind.describe, {})).header).toMatchObject({ code: 'RUNTIME.UNKNOWN', message: expect.stringMatching(message) });
  });

  it('refuses a package that is no runtime', async () => {
    await connect('@steelyard/kernel');
    expect((await host.ask(FrameKind.describe, {})).header).toMatchObject({ code: 'RUNTIME.INCOMPATIBLE' });
  });

  it('refuses frames that are not for it', async () => {
    await connect();
    expect((await host.ask(FrameKind.loaded, {})).header).toMatchObject({ code: 'RUNTIME.FRAME_UNEXPECTED' });
  });

  it('ends when it is asked to, and when the host hangs up', async () => {
    await connect();
    await host.load(manifest());
    host.send(FrameKind.close, 9, {});
    await closed;
    await connect();
    host.hangUp();
    await closed;
  });
});
