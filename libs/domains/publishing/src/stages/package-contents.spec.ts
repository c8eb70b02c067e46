import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { normaliseManifest, type PackageFile } from '@steelyard/model-package';
import { createFolderBlobStore, type BlobStore } from '@steelyard/platform-blob-store';
import { readContents } from './package-contents.js';

const { manifest } = normaliseManifest({
  schema: 1, name: 'echo', version: '1.0.0', license: 'MIT', task: 'custom', runtime: { name: 'echo', range: '*' },
  input: { type: 'object', properties: { files: { type: 'array' } } }, output: { type: 'object' },
});
const FILE_BYTES = 16 * 1024 * 1024;

describe('the samples of a package', () => {
  let dir: string;
  let blobs: BlobStore;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-contents-'));
    blobs = createFolderBlobStore(dir);
  });
  afterAll(() => rm(dir, { recursive: true }));

  async function put(path: string, content: string | Buffer): Promise<PackageFile> {
    const bytes = Buffer.from(content);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (!(await blobs.has(sha256))) {
      await blobs.append('u', 0, Readable.from([bytes]), { maxBytes: bytes.length });
      await blobs.commit('u', sha256, bytes.length);
    }
    return { path, sha256, size: bytes.length };
  }

  const naming = (paths: readonly string[]): string => JSON.stringify({ input: { files: paths.map((path) => ({ $file: path })) } });

  it.each([
    ['many paths of one file', 'one', ['a', 'b', 'c', 'd']],
    ['one path many times', 'one', ['a', 'a', 'a', 'a']],
    ['few files in each of many samples', 'many', ['a', 'b', 'c', 'd']],
  ])('are refused before they are read when they name more bytes than all may have: %s', async (_what, samples, names) => {
    const paths = names.map((name) => `samples/${name}.bin`);
    const shared = await put('', Buffer.alloc(FILE_BYTES));
    const files = [...new Set(paths)].map((path) => ({ ...shared, path }));
    const lists = samples === 'one' ? [paths] : paths.map((path) => [path]);
    const json = lists.map((list, index) => ({ path: `samples/${index}.json`, text: naming(list) }));
    const listed = [await put('README.md', '# Echo'), ...files];
    for (const { path, text } of json) listed.push(await put(path, text));
    const opened: string[] = [];
    const watched: BlobStore = { ...blobs, open: (sha256) => (opened.push(sha256), blobs.open(sha256)) };
    await expect(readContents(manifest, listed, watched)).rejects.toMatchObject({ code: 'PUBLISHING.SAMPLES_TOO_LARGE', kind: 'too-large' });
    expect(opened).not.toContain(shared.sha256);
  });

  it('may name files that are not too many together', async () => {
    const paths = ['samples/a.bin', 'samples/b.bin'];
    const shared = await put('', Buffer.alloc(FILE_BYTES));
    const listed = [await put('README.md', '# Echo'), ...paths.map((path) => ({ ...shared, path })), await put('samples/0.json', naming(paths))];
    const { samples } = await readContents(manifest, listed, blobs);
    expect((samples[0]!.input.files as string[]).map((text) => text.length)).toEqual(Array(2).fill(Math.ceil(FILE_BYTES / 3) * 4));
  });
});
