/** What every root command needs first, with no dependency but Node: the right Node, the locked packages, a build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** Keeps install steps and tools from reaching for anything but the npm registry. */
export const environment = {
  ...process.env,
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
};

/** Runs a command in the repository's root, its output shown; ends this process when it fails. */
export function run(command, args, { env = environment, quiet = false } = {}) {
  const result = spawnSync(command, args, { cwd: root, env, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'] });
  if (result.status === 0) return;
  if (quiet) process.stderr.write(Buffer.concat([result.stdout ?? Buffer.alloc(0), result.stderr ?? Buffer.alloc(0)]));
  console.error(`\n${[command, ...args].join(' ')} ended with ${result.error?.message ?? result.signal ?? `code ${result.status}`}.`);
  process.exit(result.status || 1);
}

/** The path of a package's command, so that it starts without `npx`. */
export function bin(name) {
  return join(root, 'node_modules', '.bin', name);
}

export function prepare({ quiet = false } = {}) {
  checkNode();
  // A suite runs a command of this folder beside others that use what was built: nx would take that away for a moment, to put the same in its place.
  if (process.env.STEELYARD_BUILT === 'true') return;
  install({ quiet });
  run(bin('nx'), ['run', 'steelyard:build', '--outputStyle=static'], { quiet: true });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  if (fits) return;
  console.error(`Steelyard runs on Node 20.19 or later, 22.12 or later, or 24; this is ${process.versions.node}.\nInstall one of them, then run the command again.`);
  process.exit(1);
}

/** Installs exactly what the lockfile says, when that is not what is there. No package's install script is run. */
export function install({ quiet = false } = {}) {
  const lockfile = join(root, 'package-lock.json');
  const stamp = join(root, 'node_modules', '.steelyard-lockfile');
  const wanted = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(stamp) && existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return;
  if (!quiet) console.error('Installing the locked packages (about a minute, once) ...');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  run(npm[0], [...npm.slice(1), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { quiet });
  writeFileSync(stamp, wanted);
}
