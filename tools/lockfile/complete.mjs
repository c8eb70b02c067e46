/**
 * `node tools/lockfile/complete.mjs [folder]`: adds to the folder's package-lock.json (default: the root's) the optional
 * platform packages that npm left out because the registry it was made against serves only some platforms. Without them
 * `npm ci` calls the lockfile incomplete. Their platform follows from their name; they carry no integrity, as nothing was downloaded.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const systems = { android: 'android', darwin: 'darwin', mac: 'darwin', freebsd: 'freebsd', linux: 'linux', openharmony: 'openharmony', win: 'win32', win32: 'win32', windows: 'win32', wasm32: undefined };
const processors = ['arm64', 'arm', 'x64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32'];

const path = join(process.argv[2] ?? '.', 'package-lock.json');
const lockfile = JSON.parse(readFileSync(path, 'utf8'));
const { packages } = lockfile;
let added = 0;

for (const [location, parent] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const places = [`${location}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => packages[place]) || !/^\d/.test(version)) continue;
    packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(parent.dev ? { dev: true } : {}), optional: true };
    added += 1;
  }
}

function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words.map((word) => systems[word]).find(Boolean);
  const cpu = processors.find((processor) => words.includes(processor) || (processor === 'ppc64' && words.includes('ppc64le')));
  if (!os || !cpu) throw new Error(`The platform of ${name} cannot be told from its name.`);
  const libc = words.includes('musl') || words.includes('musleabihf') ? ['musl'] : undefined;
  return { cpu: [cpu], ...(libc ? { libc } : {}), os: [os] };
}

lockfile.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);
console.log(`Added ${added} platform packages.`);
