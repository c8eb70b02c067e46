import { afterAll } from '@jest/globals';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const copies: string[] = [];
afterAll(async () => {
  for (const dir of copies.splice(0)) await rm(dir, { recursive: true, force: true });
});

/** A package like another one but for its manifest, in a folder of its own. */
export async function copyPackage(dir: string, change: (manifest: string) => string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'steelyard-package-'));
  copies.push(copy);
  await cp(dir, copy, { recursive: true });
  const manifest = join(copy, 'model.yaml');
  await writeFile(manifest, change(await readFile(manifest, 'utf8')));
  return copy;
}
