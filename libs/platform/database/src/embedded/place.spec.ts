import { chmod, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { restoreLinks } from './binaries.js';
import { findPlace } from './place.js';

let folder: string;
const isRoot = process.getuid?.() === 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steelyard-place-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the place of the embedded server', () => {
  it('is handed to another user, programs and data, only where root cannot do otherwise', async () => {
    const [hidden, publicDir] = [join(folder, 'hidden'), join(folder, 'public')];
    const dataDir = join(hidden, 'data');
    await chmod(folder, 0o711);
    await mkdir(join(hidden, 'native', 'bin'), { recursive: true, mode: 0o700 });
    await mkdir(join(dataDir, 'postgres'), { recursive: true, mode: 0o700 });
    await writeFile(join(hidden, 'native', 'bin', 'postgres'), 'program');
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '18');

    const found = { root: join(hidden, 'native'), version: '18.0.0', major: '18' };
    const warnings: string[] = [];
    const log = { info: () => undefined, warn: (_: object, message: string) => warnings.push(message) };
    for (const round of ['first', 'second']) {
      const place = await findPlace(found, { dataDir, publicDir, allowNamespace: false, log });
      expect([round, place.user.kind]).toEqual([round, isRoot ? 'other' : 'self']);
      expect(place.binaries.root.startsWith(publicDir)).toBe(isRoot);
      expect(place.dataFolder.startsWith(publicDir)).toBe(isRoot);
      expect(await readFile(join(place.binaries.root, 'bin', 'postgres'), 'utf8')).toBe('program');
      expect(await readFile(join(place.dataFolder, 'PG_VERSION'), 'utf8')).toBe('18');
    }
    expect(warnings.length > 0).toBe(isRoot);
  });

  it('gets the links that a skipped install script leaves out', async () => {
    const lib = join(folder, 'package', 'native', 'lib');
    await mkdir(lib, { recursive: true });
    const links = ['libicuuc.so', 'libicuuc.so.60'].map((name) => ({ source: 'native/lib/libicuuc.so.60.2', target: `native/lib/${name}` }));
    await writeFile(join(folder, 'package', 'native', 'pg-symlinks.json'), JSON.stringify(links));
    await writeFile(join(lib, 'libicuuc.so.60.2'), 'library');
    await symlink('libicuuc.so.60.2', join(lib, 'libicuuc.so'));

    expect(await restoreLinks(join(folder, 'package'))).toBe(1);
    expect(await readlink(join(lib, 'libicuuc.so.60'))).toBe('libicuuc.so.60.2');
    expect(await restoreLinks(join(folder, 'package'))).toBe(0);
  });
});
