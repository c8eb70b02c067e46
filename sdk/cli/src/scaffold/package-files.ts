import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifestSchema } from '@steelyard/model-package';

/** A file of a new package: written, or copied from this machine. */
export type ScaffoldFile = { readonly path: string } & ({ readonly content: string | Uint8Array } | { readonly source: string });

const EDITOR_SCHEMA = '.editor/model.schema.json';

export function packageFiles(manifest: string, card: string, files: readonly ScaffoldFile[]): ScaffoldFile[] {
  return [
    { path: 'model.yaml', content: `# yaml-language-server: $schema=./${EDITOR_SCHEMA}\n${manifest}` },
    { path: 'README.md', content: card },
    { path: EDITOR_SCHEMA, content: `${JSON.stringify(manifestSchema, null, 2)}\n` },
    ...files,
  ];
}

/** Writes the files into a folder, which is made; none that is there already is touched. */
export async function writePackage(dir: string, files: readonly ScaffoldFile[]): Promise<void> {
  for (const file of files) {
    const target = join(dir, file.path);
    await mkdir(dirname(target), { recursive: true });
    if ('source' in file) await copyFile(file.source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    else await writeFile(target, file.content, { flag: 'wx' });
  }
}
