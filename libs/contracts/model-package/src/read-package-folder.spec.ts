import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readPackageFolder } from './read-package-folder.js';
import { resolveSampleInput } from './sample.js';

const MODEL = `schema: 1
name: digits
version: 1.0.0
license: Apache-2.0
task: image-classification
runtime: { name: echo, range: "*" }
artifacts: [{ path: weights/model.bin }]
`;
const FILES = {
  'model.yaml': MODEL,
  'README.md': '# Digits\n',
  'weights/model.bin': 'weights',
  'samples/seven.json': '{"input": {"image": {"$file": "samples/seven.png"}}, "expected": {"label": "7"}}',
  'samples/seven.png': 'png',
  'samples/notes.txt': 'not part of the package',
};

const folders: string[] = [];
afterEach(async () => {
  for (const dir of folders.splice(0)) await rm(dir, { recursive: true });
});

async function folder(changes: Record<string, string | undefined> = {}): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'steelyard-package-'));
  folders.push(dir);
  for (const [path, text] of Object.entries({ ...FILES, ...changes })) {
    if (text === undefined) continue;
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}

const refusal = (code: string, details: Record<string, unknown>) => expect.objectContaining({ code, details: expect.objectContaining(details) });

describe('readPackageFolder', () => {
  it('reads manifest, card, samples and files', async () => {
    const read = await readPackageFolder(await folder());
    expect(read.files.map(({ path, size }) => [path, size])).toEqual([['README.md', 9], ['samples/seven.json', 80], ['samples/seven.png', 3], ['weights/model.bin', 7]]);
    expect(read.files[3]!.sha256).toBe(createHash('sha256').update('weights').digest('hex'));
    expect(read.card).toBe('# Digits\n');
    expect(read.samples).toEqual([{ name: 'seven', input: { image: { $file: 'samples/seven.png' } }, expected: { label: '7' }, tolerance: 0.001 }]);
    expect(read.source).toMatchObject({ name: 'digits' });
    const input = await resolveSampleInput(read.samples[0]!, () => Promise.resolve(Buffer.from('png')));
    expect(input).toEqual({ image: 'cG5n' });
  });

  it('names what is missing, and what names it', async () => {
    await expect(readPackageFolder(await folder({ 'model.yaml': undefined }))).rejects.toEqual(refusal('PACKAGE.MANIFEST_MISSING', {}));
    await expect(readPackageFolder(await folder({ 'weights/model.bin': undefined }))).rejects.toEqual(refusal('PACKAGE.FILE_MISSING', { path: 'weights/model.bin', namedBy: 'artifacts' }));
    await expect(readPackageFolder(await folder({ 'README.md': undefined }))).rejects.toEqual(refusal('PACKAGE.FILE_MISSING', { path: 'README.md' }));
    await expect(readPackageFolder(await folder({ 'samples/seven.png': undefined }))).rejects.toEqual(refusal('PACKAGE.FILE_MISSING', { path: 'samples/seven.png', namedBy: 'samples/seven.json' }));
  });

  it('follows no link, to a file or through a folder', async () => {
    const outside = await folder();
    const file = await folder({ 'weights/model.bin': undefined });
    await symlink(join(outside, 'README.md'), join(file, 'weights/model.bin')).catch(async () => {
      await mkdir(join(file, 'weights'));
      await symlink(join(outside, 'README.md'), join(file, 'weights/model.bin'));
    });
    await expect(readPackageFolder(file)).rejects.toEqual(refusal('PACKAGE.FILE_NOT_REGULAR', { path: 'weights/model.bin', what: 'a symbolic link' }));
    const through = await folder({ 'weights/model.bin': undefined });
    await symlink(join(outside, 'weights'), join(through, 'weights'));
    await expect(readPackageFolder(through)).rejects.toEqual(refusal('PACKAGE.FILE_NOT_REGULAR', { path: 'weights', what: 'a symbolic link' }));
  });

  it.each([
    ['{"input": {"image": {"$file": "../secret"}}}', 'input.image'],
    ['{"input": {"image": {"$file": "README.md"}}}', 'input.image'],
    ['{"input": {"image": {"$file": "samples/seven.png", "more": 1}}}', 'input.image'],
    ['{"expected": {}}', 'input'],
    ['{"input": {}, "tolerance": -1}', 'tolerance'],
    ['{"input": {}, "expect": {}}', 'expect'],
    ['[1', ''],
  ])('refuses the sample %s', async (text, path) => {
    const dir = await folder({ 'samples/seven.json': text });
    await expect(readPackageFolder(dir)).rejects.toEqual(refusal('PACKAGE.SAMPLE_INVALID', { path: 'samples/seven.json', problems: [expect.objectContaining({ path })] }));
  });
});
