/**
 * `node tools/bundles/bundle-packages.mjs`: puts the packages that our code imports most into few files, `test/support/bundle`, for the suites. Jest
 * loads every package anew for every suite, and most of that is finding and reading its hundreds of files.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { EXTERNAL, keepPlaces, onLog } from './places.mjs';

/** As our code names them. Together, so that those that share a package share it still. */
const PACKAGES = [
  '@nestjs/common', '@nestjs/core', '@nestjs/graphql', '@nestjs/mercurius', '@nestjs/platform-fastify', '@nestjs/testing', 'reflect-metadata',
  'fastify', '@fastify/helmet', '@fastify/static', 'graphql', 'ajv', 'ajv/dist/2020.js', 'ajv-formats', 'zod', 'yaml',
  'pg', '@prisma/adapter-pg', 'prom-client', 'lru-cache', 'openid-client', 'jose', 'commander', 'fast-check', 'cbor-x',
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'test/support/bundle');
const fileOf = (name) => name.replace(/^@/, '').replaceAll(/[/.]/g, '-');

const { packages: installed } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
const own = PACKAGES.filter((name) => Object.keys(installed).some((place) => /^(apps|libs|plugins|sdk|test)\//.test(place) && place.endsWith(`/node_modules/${name}`)));
if (own.length > 0) throw new Error(`a workspace has a version of its own of ${own.join(', ')}, which the suites would not see`);

await rm(folder, { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(PACKAGES.map((name) => [fileOf(name), `entry:${name}`])),
  platform: 'node',
  external: EXTERNAL,
  plugins: [{ name: 'entries', resolveId, load }, keepPlaces(folder)],
  onLog,
});
// In their own order: decorators need what `reflect-metadata` does when it is loaded.
await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'part-[hash].mjs', comments: false, strictExecutionOrder: true });
await bundle.close();
await writeFile(join(folder, 'packages.json'), `${JSON.stringify(Object.fromEntries(PACKAGES.map((name) => [name, `${fileOf(name)}.mjs`])), undefined, 2)}\n`);

function resolveId(id, importer) {
  if (id.startsWith('entry:')) return id;
  return importer?.startsWith('entry:') ? this.resolve(id, join(root, 'test/support/src/index.ts'), { skipSelf: true }) : null;
}

/** What Node's own import of the package gives, name by name: of a CommonJS package a bundler would export a default alone. */
async function load(id) {
  if (!id.startsWith('entry:')) return null;
  const name = id.slice('entry:'.length);
  const exported = Object.keys(await import(name)).filter((key) => key !== 'module.exports');
  return `export { ${exported.join(', ')} } from ${JSON.stringify(name)};\n`;
}
