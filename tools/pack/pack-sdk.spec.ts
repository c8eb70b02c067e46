import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emitModule } from '@steelyard/codegen';
import { packSdk } from './pack-sdk.mjs';

const run = promisify(execFile);
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const INSTALLED = fileURLToPath(new URL('../../node_modules', import.meta.url));

let dir: string;
let packed: Awaited<ReturnType<typeof packSdk>>;

/** The tarballs unpacked where npm would put them, with what they need from elsewhere linked in: no registry takes part. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'steelyard-packed-'));
  packed = await packSdk({ out: join(dir, 'tarballs') });
  await writeFile(join(dir, 'package.json'), '{"type":"module"}');
  for (const { name, file } of packed) {
    const target = join(dir, 'node_modules', name);
    await mkdir(target, { recursive: true });
    await run('tar', ['xzf', file, '-C', target, '--strip-components=1']);
    const { dependencies = {} } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> };
    for (const dependency of Object.keys(dependencies).filter((wanted) => !wanted.startsWith('@steelyard/'))) {
      await mkdir(dirname(join(dir, 'node_modules', dependency)), { recursive: true });
      await symlink(join(INSTALLED, dependency), join(dir, 'node_modules', dependency)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
  }
}, 60_000);
afterAll(() => rm(dir, { recursive: true }));

describe('the packed SDK', () => {
  it('is the three packages and what they need, dependencies first', () => {
    const names = packed.map(({ name }) => name.replace('@steelyard/', ''));
    expect([...names].sort()).toEqual(['audit', 'cli', 'client', 'codegen', 'invoice', 'kernel', 'model-package', 'receipt', 'tasks']);
    expect(names.indexOf('client')).toBeLessThan(names.indexOf('codegen'));
    expect(names.at(-1)).toBe('cli');
  });

  it('names no sources, carries no maps, and the client needs nothing of others', async () => {
    for (const { name } of packed) {
      const folder = join(dir, 'node_modules', name);
      const manifest = await readFile(join(folder, 'package.json'), 'utf8');
      expect(manifest).not.toMatch(/@steelyard\/source|devDependencies|"scripts"|"private"/);
      const files = await readdir(folder, { recursive: true });
      expect(files.filter((path) => /\.(map|tsbuildinfo)$|\.spec\.|^src/.test(path))).toEqual([]);
      expect(files).toContain('dist/index.js');
    }
    const client = JSON.parse(await readFile(join(dir, 'node_modules/@steelyard/client/package.json'), 'utf8')) as { dependencies?: object };
    expect(Object.keys(client.dependencies ?? {})).toEqual(['@steelyard/receipt']);
    const main = await readFile(join(dir, 'node_modules/@steelyard/client/dist/client.js'), 'utf8');
    expect(main).not.toContain('@steelyard/receipt');
  });

  it('runs as modules, is required by CommonJS, and has a command', async () => {
    const names = "typeof client.createClient, typeof client.retry, typeof node.file, typeof codegen.generateTypes";
    const esm = `import * as client from '@steelyard/client'; import * as node from '@steelyard/client/node'; import * as codegen from '@steelyard/codegen'; console.log(${names});`;
    await writeFile(join(dir, 'use.mjs'), esm);
    expect((await run(process.execPath, ['use.mjs'], { cwd: dir })).stdout).toBe('function function function function\n');
    await writeFile(join(dir, 'use.cjs'), "console.log(typeof require('@steelyard/client').createClient)");
    expect((await run(process.execPath, ['--no-warnings', 'use.cjs'], { cwd: dir })).stdout).toBe('function\n');
    expect((await run(process.execPath, ['node_modules/@steelyard/cli/dist/main.js', '--version'], { cwd: dir })).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  it.each([
    ['nodenext', ['--module', 'nodenext']],
    ['a bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])('type-checks strictly with %s, its declarations included', async (_kind, flags) => {
    const schema = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
    const model = { owner: 'acme', name: 'm', task: 'custom', description: '', versions: [{ version: '1.0.0', inputSchema: schema, outputSchema: schema }], channels: [{ name: 'stable', version: '1.0.0' }] };
    await writeFile(join(dir, 'steelyard.gen.ts'), emitModule([model]));
    await writeFile(
      join(dir, 'use.ts'),
      `import { createClient } from '@steelyard/client';
import { file } from '@steelyard/client/node';
import { generateTypes } from '@steelyard/codegen';
import type { Models } from './steelyard.gen.js';
const client = createClient<Models>();
export const answer: Promise<number> = client.run('acme/m', { n: 1 }).then(({ n }) => n);
export const text: Promise<string> = generateTypes({ client });
export const any = createClient().run('any/model', { image: file('x.png') });
// @ts-expect-error the field is a number
export const wrong = client.run('acme/m', { n: 'one' });
`,
    );
    const { stdout } = await run(process.execPath, [TSC, '--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023,dom', ...flags, 'use.ts'], { cwd: dir }).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });
});
