import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMAND_GROUPS } from './command-groups.js';

/** The compiled command, as people run it: `npm test` builds first. */
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'steelyard-cli-'));
});
afterAll(() => rm(dir, { recursive: true }));

function run(file: string, argv: readonly string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = { cwd: dir, env: { PATH: process.env['PATH'], HOME: dir, ...env } };
    execFile(file, argv, options, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }));
  });
}

/** One that nobody listens on: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const steelyard = (...argv: string[]) => run(process.execPath, [MAIN, ...argv]);

describe('steelyard', () => {
  it('says its version and how it is used', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(await steelyard('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const help = await steelyard('--help');
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes:') });
    // No command is outside of the groups.
    expect(help.out.match(/^[A-Z][^\n]*:$/gm)).toEqual(['Options:', ...COMMAND_GROUPS.map(([heading]) => heading), 'Help:', 'Start:']);
    expect((await steelyard('publish', '--help')).out).toMatch(/Examples:[^]*steelyard publish .\/digits --public/);
  });

  it('refuses wrong usage with exit code 2, as text and as JSON', async () => {
    expect(await steelyard('publsh')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Did you mean publish?') });
    expect(await steelyard('init', 'x', '--task', 'magic')).toMatchObject({ code: 2, err: expect.stringContaining('image-classification') });
    expect(await steelyard('init', 'x', '--price', '0')).toMatchObject({ code: 2, err: expect.stringContaining('more than 0') });
    const json = await steelyard('run', '--json');
    expect(json).toMatchObject({ code: 2, err: '' });
    expect(JSON.parse(json.out)).toEqual({ error: { code: 'CLI.USAGE', message: expect.stringContaining('ref') } });
  });

  it('says what happened and what to do, without colours where nobody looks', async () => {
    const noKey = await steelyard('models');
    expect(noKey).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/^error: there is neither a key nor a session[^]*what to do: .*steelyard login[^]*CLI\.KEY_MISSING/) });
    expect(noKey.err).not.toContain('\u001b');
    const nobody = await steelyard('balance', '--api-key', 'k', '--json', '--url', `http://127.0.0.1:${await closedPort()}`);
    expect(nobody).toMatchObject({ code: 5, err: '' });
    expect(JSON.parse(nobody.out)).toMatchObject({ error: { code: 'CLIENT.UNREACHABLE', charged: 'no', fix: expect.any(String) } });
  });

  it.each([
    ['image-classification', 'onnx'],
    ['tabular-classification', 'onnx'],
    ['custom', 'onnx'],
    ['custom', 'echo'],
  ])('init makes a package for %s with %s that can be read and published', async (task, runtime) => {
    const name = `${task}-${runtime}`;
    const made = await steelyard('init', name, '--task', task, '--runtime', runtime, '--json');
    expect(made.code).toBe(0);
    const { files } = JSON.parse(made.out) as { files: string[] };
    expect(await readFile(join(dir, name, 'model.yaml'), 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/\.editor\/model\.schema\.json\n/);
    const shown = await steelyard('model', 'show', name, '--json');
    expect(shown.code).toBe(0);
    const { manifest, digest, files: packaged, samples, price } = JSON.parse(shown.out) as { manifest: { name: string; batching: object }; digest: string; files: { path: string }[]; samples: string[]; price: object };
    expect(manifest).toMatchObject({ name, task, runtime: { name: runtime }, batching: { maxSize: expect.any(Number) } });
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(packaged.map(({ path }) => path)).toEqual(files.filter((path) => path !== 'model.yaml' && !path.startsWith('.editor/')).sort());
    expect(samples.length).toBeGreaterThan(0);
    expect(price).toEqual({ currency: 'usd', components: [{ unit: 'request', amount: '0.0001', per: 1 }] });
    expect((await steelyard('model', 'show', name)).out).toContain(digest);
    expect(await steelyard('init', name)).toMatchObject({ code: 1, err: expect.stringContaining('exists already') });
  });

  it('init makes models that the runtime really runs, with the answers that the samples expect', async () => {
    await steelyard('init', 'image');
    await steelyard('init', 'table', '--task', 'tabular-classification');
    const script = `
      const { InferenceSession, Tensor } = require('onnxruntime-node');
      const ask = async (path, name, shape, data) => {
        const session = await InferenceSession.create(path);
        const [output] = Object.values(await session.run({ [name]: new Tensor('float32', Float32Array.from(data), shape) }));
        return { dims: output.dims, data: Array.from(output.data, (x) => Math.round(x * 100) / 100) };
      };
      (async () => console.log(JSON.stringify([
        await ask('${join(dir, 'image/model.onnx')}', 'image', [2, 1, 28, 28], [...Array(784).fill(0), ...Array(784).fill(1)]),
        await ask('${join(dir, 'table/model.onnx')}', 'features', [1, 2], [1, 2]),
      ])))();`;
    const { out, err } = await run(process.execPath, ['--input-type=commonjs', '-e', script.replace("'onnxruntime-node'", JSON.stringify(fileURLToPath(import.meta.resolve('onnxruntime-node'))))]);
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual([{ dims: [2, 2], data: [10, -10, -10, 10] }, { dims: [1, 2], data: [1, -1] }]);
  });

  it('points at what is wrong in a package, line by line', async () => {
    await steelyard('init', 'broken', '--task', 'custom', '--runtime', 'echo');
    const path = join(dir, 'broken/model.yaml');
    await writeFile(path, (await readFile(path, 'utf8')).replace('version: 1.0.0', 'version: one').replace('task:', 'tusk:'));
    const { code, err } = await steelyard('model', 'show', 'broken');
    expect(code).toBe(2);
    expect(err).toMatch(/line 5: version[^]*tusk/);
    expect((await steelyard('publish', 'nowhere', '--api-key', 'k')).err).toContain('there is no model.yaml');
  });

  it('ends quietly when its reader has seen enough', async () => {
    const { code, err } = await run('/bin/sh', ['-c', `"${process.execPath}" "${MAIN}" --help | head -n 1`]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
