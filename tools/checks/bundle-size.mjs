/** `node tools/checks/bundle-size.mjs`: what a first visit to the catalog loads of script, gzipped, is within its bar. Needs the built portal. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Bytes of gzipped script. */
export const BYTES_MAX = 250_000;

const ENTRY = 'index.html';
const PAGE = 'src/features/catalog/catalog-page.tsx';

/**
 * The script files that a page needs before it shows: the entry, the page's own chunk, and everything that these import statically.
 * @param {Record<string, {file: string, imports?: string[]}>} manifest Of Vite.
 */
export function filesOfPage(manifest, page) {
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`the manifest has no ${key}: the portal's files have moved`);
    if (seen.has(chunk.file)) return;
    seen.add(chunk.file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  visit(ENTRY);
  visit(page);
  return [...seen].filter((file) => file.endsWith('.js'));
}

/** @param {(file: string) => Buffer} read */
export function gzippedBytes(files, read) {
  return files.reduce((sum, file) => sum + gzipSync(read(file)).length, 0);
}

function main() {
  const dist = fileURLToPath(new URL('../../apps/portal/dist/', import.meta.url));
  if (!existsSync(join(dist, 'manifest.json'))) {
    console.error('apps/portal/dist is not built: npm run build');
    return 1;
  }
  const files = filesOfPage(JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')), PAGE);
  const bytes = gzippedBytes(files, (file) => readFileSync(join(dist, file)));
  const figure = `The catalog's first load: ${(bytes / 1000).toFixed(1)} KB of gzipped script in ${files.length} files; the bar is ${BYTES_MAX / 1000} KB.`;
  if (bytes <= BYTES_MAX) console.log(figure);
  else console.error(`${figure} Load lazily what the first view does not show.`);
  return bytes <= BYTES_MAX ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(main());
