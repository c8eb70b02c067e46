/**
 * `node tools/pack/pack-sdk.mjs --out <dir>`: the SDK's packages, and those of ours that they need, as npm tarballs for
 * people outside this workspace. Build first; the compiled files are packed as they are.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRIES = ['@steelyard/client', '@steelyard/codegen', '@steelyard/cli'];
const SOURCE_CONDITION = '@steelyard/source';

/**
 * @param {{ out: string }} options A folder; made when it is not there.
 * @returns {Promise<{ name: string, version: string, file: string }[]>} What was packed, what others need first. `file` is absolute.
 */
export async function packSdk({ out }) {
  const target = resolve(out);
  await mkdir(target, { recursive: true });
  const stage = await mkdtemp(join(tmpdir(), 'steelyard-pack-'));
  try {
    const packages = closureOf(ENTRIES, await workspaces());
    const folders = [];
    for (const { folder, manifest } of packages) folders.push(await stagePackage(folder, manifest, join(stage, manifest.name.replace('/', '-').slice(1))));
    const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', target, ...folders], { cwd: stage, maxBuffer: 1 << 26 });
    const packed = Object.values(JSON.parse(stdout));
    if (packed.length !== packages.length) throw new Error(`npm packed ${packed.length} of ${packages.length} packages`);
    return packed.map(({ name, version, filename }) => ({ name, version, file: join(target, filename.replace('@', '').replace('/', '-')) }));
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** @returns {Promise<Map<string, { folder: string, manifest: any }>>} This workspace's packages by name. */
async function workspaces() {
  const { workspaces: patterns } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const found = new Map();
  for (const pattern of patterns) {
    const isMany = pattern.endsWith('/*');
    const base = join(ROOT, isMany ? pattern.slice(0, -2) : pattern);
    const names = isMany ? (await readdir(base, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name) : ['.'];
    for (const name of names) {
      const folder = join(base, name);
      const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
      if (text !== undefined) found.set(JSON.parse(text).name, { folder, manifest: JSON.parse(text) });
    }
  }
  return found;
}

/** The packages named and every one of ours that they depend on, dependencies first. */
function closureOf(names, known, seen = new Map()) {
  for (const name of names) {
    const found = known.get(name);
    if (!found) throw new Error(`${name} is no package of this workspace`);
    if (seen.has(name)) continue;
    closureOf(Object.keys(found.manifest.dependencies ?? {}).filter((dependency) => known.has(dependency)), known, seen);
    seen.set(name, found);
  }
  return [...seen.values()];
}

/** Copies what is published: compiled files without maps and build records, and a manifest that names no sources. */
async function stagePackage(folder, manifest, target) {
  for (const entry of manifest.files) {
    await cp(join(folder, entry), join(target, entry), { recursive: true, filter: (path) => isPublished(path, folder) }).catch((cause) => {
      throw new Error(`${manifest.name} has no ${entry}: build first (npm run build)`, { cause });
    });
  }
  await dropMapComments(target);
  for (const name of ['README.md', 'LICENSE']) await cp(join(folder, name), join(target, name)).catch(() => undefined);
  await cp(join(ROOT, 'LICENSE'), join(target, 'LICENSE')).catch(() => undefined);
  const published = { ...manifest, exports: withoutSources(manifest.exports), devDependencies: undefined, scripts: undefined, private: undefined };
  await writeFile(join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  return target;
}

/** No maps, no build records, and nothing compiled from a source that is gone: compilers do not tidy up. */
function isPublished(path, folder) {
  if (/\.(map|tsbuildinfo)$/.test(path)) return false;
  const compiled = /^dist\/(.+?)(\.d\.ts|\.js)$/.exec(relative(folder, path));
  return !compiled || existsSync(join(folder, 'src', `${compiled[1]}.ts`));
}

async function dropMapComments(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.(js|d\.ts)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    await writeFile(path, (await readFile(path, 'utf8')).replace(/^\/\/# sourceMappingURL=.*$\n?/gm, ''));
  }
}

function withoutSources(exports) {
  if (typeof exports !== 'object' || exports === null) return exports;
  return Object.fromEntries(
    Object.entries(exports)
      .filter(([condition]) => condition !== SOURCE_CONDITION)
      .map(([condition, target]) => [condition, withoutSources(target)]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  if (values.out === undefined) {
    console.error('usage: node tools/pack/pack-sdk.mjs --out <dir>');
    process.exit(2);
  }
  for (const { name, version, file } of await packSdk({ out: values.out })) console.log(`${name}@${version}  ${file}`);
}
