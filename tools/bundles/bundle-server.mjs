/**
 * `node tools/bundles/bundle-server.mjs`: makes of the compiled server and all it imports a program of a few files, `apps/api/bundle/main.mjs`.
 * It is what `npm start`, the demo and the suites run: to find and read three thousand small files takes a start longer than all it does besides.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { EXTERNAL, keepPlaces, onLog } from './places.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'apps/api/bundle');
/** The file of what the server needs of others at every start. */
const PACKAGES = 'packages';

/** Errors show where in our sources they come from. */
const MAIN = `process.setSourceMapsEnabled(true);
await import('./server.mjs');
`;

await rm(folder, { recursive: true, force: true });
const bundle = await rolldown({
  input: { server: join(root, 'apps/api/dist/main.js') },
  platform: 'node',
  external: EXTERNAL,
  plugins: [{ name: 'sources', load }, keepPlaces(folder)],
  onLog,
});
const { output } = await bundle.write({
  dir: folder,
  format: 'esm',
  sourcemap: true,
  // What an error needs is a file's name and a line.
  sourcemapExcludeSources: true,
  entryFileNames: '[name].mjs',
  chunkFileNames: '[name]-[hash].mjs',
  comments: false,
  codeSplitting: { groups: [{ name: PACKAGES, test: /node_modules/, tags: ['$initial'] }] },
});
await bundle.close();
for (const { name, fileName, code } of output.filter(({ type }) => type === 'chunk')) {
  if (name === PACKAGES) await forgetMap(fileName, code);
}
await writeFile(join(folder, 'main.mjs'), MAIN);

/** A map is read with its file. That of others' code is large, and their stacks say enough without. */
async function forgetMap(fileName, code) {
  await writeFile(join(folder, fileName), code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
  await rm(join(folder, `${fileName}.map`));
}

/** Our own files with the map that leads from them to their sources. */
async function load(id) {
  if (id.includes(`${sep}node_modules${sep}`) || !id.endsWith('.js')) return null;
  const [code, map] = await Promise.all([readFile(id, 'utf8'), readFile(`${id}.map`, 'utf8').catch(() => undefined)]);
  return map === undefined ? null : { code, map };
}
