import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadArtifactPath } from './artifact.js';

describe('loadArtifactPath', () => {
  let root: string;
  let dir: string;
  beforeAll(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'artifact-')));
    dir = path.join(root, 'package');
    await mkdir(path.join(dir, 'weights'), { recursive: true });
    await writeFile(path.join(root, 'secret'), 'x');
    await writeFile(path.join(dir, 'weights', 'a.bin'), 'x');
    await symlink(path.join(root, 'secret'), path.join(dir, 'link'));
    await symlink(root, path.join(dir, 'linked-folder'));
  });
  afterAll(() => rm(root, { recursive: true }));

  it('finds a file in the folder', async () => {
    expect(await loadArtifactPath(dir, 'weights/a.bin')).toBe(path.join(dir, 'weights', 'a.bin'));
  });

  it('finds it when the folder itself is reached by a link', async () => {
    await symlink(dir, path.join(root, 'alias'));
    expect(await loadArtifactPath(path.join(root, 'alias'), 'weights/a.bin')).toBe(path.join(dir, 'weights', 'a.bin'));
  });

  it.each([
    '../secret', 'weights/../../secret', '/etc/passwd', 'C:/windows', 'weights\\a.bin', './weights/a.bin', 'weights//a.bin',
    '', 'link', 'linked-folder/secret', 'weights', 'absent', 'weights/a.bin/more', 'a\0b',
  ])('refuses %j', async (relative) => {
    await expect(loadArtifactPath(dir, relative)).rejects.toMatchObject({ code: 'RUNTIME.ARTIFACT_REFUSED', details: { path: relative } });
  });
});
