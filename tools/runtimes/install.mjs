/**
 * `npm run runtime -- install <name>`: installs the library of a runtime that is not among the repository's own packages, as
 * the lockfile in the runtime's folder `library` has it. No install script is run; only this machine's binaries are fetched.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const runtimes = resolve(fileURLToPath(import.meta.url), '../../../plugins/runtimes');

/** The npm package that holds a library's binaries for a platform; undefined where there is none. */
const platformPackages = {
  'llama-cpp': (platform, processor) =>
    ({
      'linux x64': '@node-llama-cpp/linux-x64',
      'linux arm64': '@node-llama-cpp/linux-arm64',
      'linux arm': '@node-llama-cpp/linux-armv7l',
      'darwin arm64': '@node-llama-cpp/mac-arm64-metal',
      'darwin x64': '@node-llama-cpp/mac-x64',
      'win32 x64': '@node-llama-cpp/win-x64',
      'win32 arm64': '@node-llama-cpp/win-arm64',
    })[`${platform} ${processor}`],
};

/**
 * Installs what is not there yet; quick when it is.
 * @returns {string | undefined} Why it could not be installed.
 */
export function installRuntime(name, { platform = process.platform, processor = process.arch, log = console.error } = {}) {
  const folder = join(runtimes, name, 'library');
  if (!Object.hasOwn(platformPackages, name)) return `there is no runtime "${name}" to install; there are: ${Object.keys(platformPackages).join(', ')}`;
  const binaries = platformPackages[name](platform, processor);
  if (!binaries) return `its library has no binaries for ${platform} ${processor}`;
  const lockfile = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const wanted = createHash('sha256').update(`${binaries} ${lockfile}`).digest('hex');
  const stamp = join(folder, 'node_modules', '.steelyard-lockfile');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined;
  log(`Installing the library of the runtime ${name} (about ten seconds, once) ...`);
  const { version } = JSON.parse(lockfile).packages[`node_modules/${binaries}`];
  // All optional packages together are 670 MB of binaries for other machines and devices; one of them is added by name.
  const problem = npm(folder, ['ci', '--omit=optional']) ?? npm(folder, ['install', '--no-save', '--omit=optional', `${binaries}@${version}`]);
  if (problem) return problem;
  if (!existsSync(join(folder, 'node_modules', binaries))) return `npm left out ${binaries}`;
  writeFileSync(stamp, wanted);
  return undefined;
}

function npm(folder, args) {
  const command = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const { status, signal, error, stderr, stdout } = spawnSync(command[0], [...command.slice(1), ...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return undefined;
  return `npm ${args.join(' ')} ended with ${error?.message ?? signal ?? `code ${status}`}\n${stderr ?? ''}${stdout ?? ''}`.trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, name, ...rest] = process.argv.slice(2);
  if (command !== 'install' || !name || rest.length > 0) {
    console.error(`Usage: npm run runtime -- install <name>\nThere are: ${Object.keys(platformPackages).join(', ')}`);
    // 2: wrong usage, as with the steelyard command.
    process.exit(2);
  }
  const problem = installRuntime(name);
  if (problem) {
    console.error(`The runtime ${name} was not installed: ${problem}`);
    process.exit(1);
  }
  console.error(`The runtime ${name} is installed.`);
}
