/**
 * `node tools/checks/generated.mjs [--write]`: files that are made from the code and committed for readers are the same as
 * what the code makes now. With `--write` they are written instead of compared.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderEnvExample, renderReference } from '../../libs/platform/config/dist/index.js';

const files = {
  'apps/api/schema.graphql': execFileSync(process.execPath, ['apps/api/dist/print-schema.js'], { encoding: 'utf8' }),
  '.env.example': renderEnvExample(),
  'docs/reference/configuration.md': renderReference(),
};

const write = process.argv.includes('--write');
const stale = Object.entries(files).filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
for (const [path, text] of stale) {
  if (write) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  console.error(`${path} ${write ? 'written' : 'is not what the code makes'}`);
}
if (stale.length > 0 && !write) {
  console.error('Write them with `node tools/checks/generated.mjs --write`, look at the difference, and commit it.');
  process.exit(1);
}
console.log(`${Object.keys(files).length} generated files, ${stale.length} ${write ? 'written' : 'stale'}.`);
