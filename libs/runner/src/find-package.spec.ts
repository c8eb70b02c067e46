import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findPackageEntry, findPackageVersion } from './find-package.js';

describe('findPackageEntry', () => {
  let root: string;
  beforeAll(async () => (root = await mkdtemp(path.join(tmpdir(), 'packages-'))));
  afterAll(() => rm(root, { recursive: true }));

  const install = async (folder: string, name: string, json: unknown): Promise<string> => {
    const dir = path.join(root, folder, 'node_modules', name);
    await mkdir(dir, { recursive: true });
    await writeFile(path.join(dir, 'package.json'), JSON.stringify(json));
    return dir;
  };

  it.each<[unknown, string]>([
    [{}, 'index.js'],
    [{ main: 'lib/a.js' }, 'lib/a.js'],
    [{ exports: './a.js', main: 'b.js' }, 'a.js'],
    [{ exports: { types: './a.d.ts', import: './a.mjs', default: './a.cjs' } }, 'a.mjs'],
    [{ exports: { '.': { types: './a.d.ts', require: './a.cjs', node: { import: './n.mjs' } } } }, 'n.mjs'],
    [{ exports: { '.': [{ browser: './b.js' }, './a.js'], './other': './o.js' } }, 'a.js'],
  ])('reads %j as Node does', async (json, entry) => {
    const dir = await install('app', '@acme/runtime-x', json);
    expect(await findPackageEntry('@acme/runtime-x', path.join(root, 'app'))).toEqual(pathToFileURL(path.join(dir, entry)));
  });

  it('takes the nearest above', async () => {
    const far = await install('.', 'y', {});
    const near = await install('a/b', 'y', {});
    expect(await findPackageEntry('y', path.join(root, 'a', 'b', 'c'))).toEqual(pathToFileURL(path.join(near, 'index.js')));
    expect(await findPackageEntry('y', path.join(root, 'a'))).toEqual(pathToFileURL(path.join(far, 'index.js')));
    expect(await findPackageEntry('z', path.join(root, 'a'))).toBeUndefined();
  });

  it('tells which version that is, whatever the package lets be imported', async () => {
    await install('.', 'v', { version: '1.2.3', exports: { '.': './a.js' } });
    expect(await findPackageVersion('v', path.join(root, 'a'))).toBe('1.2.3');
    expect(await findPackageVersion('w', path.join(root, 'a'))).toBeUndefined();
  });
});
