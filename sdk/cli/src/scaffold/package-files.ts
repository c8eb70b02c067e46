import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifestSchema } from '@steelyard/model-package';

/** A file of a new package: written, or copied from this machine. */
export type ScaffoldFile = { readonly path: string } & ({ readonly content: string | Uint8Array } | { readonly source: string });

export interface ManifestFacts {
  readonly name: string;
  readonly task: string;
  readonly runtime: string;
  /** YAML of `runtime.options`. */
  readonly runtimeOptions?: string;
  /** SPDX. */
  readonly license: string;
  readonly description: string;
  /** Decimal text, in US dollars for each request. */
  readonly price: string;
  /** The part that is this model's own; whole lines. */
  readonly specific: string;
}

/** Names that YAML would read as a number or a truth value. */
const READ_OTHERWISE = /^(\d.*|true|false|null)$/;

export function manifestText({ name, task, runtime, runtimeOptions, license, description, price, specific }: ManifestFacts): string {
  const options = runtimeOptions === undefined ? '' : `, options: ${runtimeOptions}`;
  return `# yaml-language-server: $schema=./.editor/model.schema.json
# What every key means and its default: \`steelyard model show\`.
schema: 1
name: ${READ_OTHERWISE.test(name) ? JSON.stringify(name) : name}
version: 1.0.0
license: ${license}
task: ${task}
description: ${JSON.stringify(description)}
runtime: { name: ${runtime}, range: ^0.1.0${options} }
${specific}price: { unit: request, amount: "${price}", currency: usd }
`;
}

export function packageFiles(manifest: string, card: string, files: readonly ScaffoldFile[]): ScaffoldFile[] {
  return [
    { path: 'model.yaml', content: manifest },
    { path: 'README.md', content: card },
    { path: '.editor/model.schema.json', content: `${JSON.stringify(manifestSchema, null, 2)}\n` },
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
