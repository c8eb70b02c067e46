import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@steelyard/test-support';

export const referenceModel = (name: string): string => join(repositoryRoot, 'plugins/models', name);

/** The reviews' encoder for texts that are near to each other, instead of good or bad ones. Gives a folder to be removed. */
export async function writeEmbeddingPackage(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'steelyard-embedding-'));
  await cp(referenceModel('review-sentiment'), dir, { recursive: true, filter: (path) => !/\/(samples|train)$/.test(path) });
  const manifest = await readFile(join(dir, 'model.yaml'), 'utf8');
  await writeFile(join(dir, 'model.yaml'), manifest.replace('name: review-sentiment', 'name: review-vectors').replace('task: text-classification', 'task: text-embedding'));
  await cp(referenceModel('review-sentiment/samples/praise.json'), join(dir, 'samples/praise.json'));
  const { name, input } = JSON.parse(await readFile(join(dir, 'samples/praise.json'), 'utf8')) as { name: string; input: object };
  await writeFile(join(dir, 'samples/praise.json'), JSON.stringify({ name, input }));
  return dir;
}

export const remove = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true });
