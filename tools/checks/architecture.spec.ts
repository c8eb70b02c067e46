import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layers } from '../../architecture.config.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const names = Object.keys(layers) as (keyof typeof layers)[];

/** Imports that must stay forbidden whatever becomes of the table. */
const pinned: readonly (readonly [from: keyof typeof layers, to: keyof typeof layers])[] = [
  ['kernel', 'platform'],
  ['contracts', 'engine'],
  ['engine', 'runtimes'],
  ['engine', 'platform'],
  ['runner', 'platform'],
  ['runner', 'ledger'],
  ['runtimes', 'platform'],
  ['platform', 'identity'],
  ['ledger', 'identity'],
  ['identity', 'ledger'],
  ['ledger', 'metering'],
  ['catalog', 'publishing'],
  ['protocols', 'ledger'],
  ['client', 'platform'],
  ['cli', 'catalog'],
  ['apps', 'runtimes'],
  ['apps', 'client'],
];

describe('the layer table', () => {
  let tree: string;
  let caught: Set<string>;

  beforeAll(() => {
    tree = realpathSync(mkdtempSync(join(tmpdir(), 'steelyard-layers-')));
    for (const name of names) plantLayer(tree, name);
    caught = new Set(cruiseTree(tree));
  });

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it('forbids what the design forbids for good', () => {
    for (const [from, to] of pinned) expect(caught).toContain(`${from} -> ${to}`);
  });

  it('catches every seeded import that it does not allow, also of types alone, and no other', () => {
    const expected = names.flatMap((from) =>
      names.filter((to) => to !== from && !(layers[from].may as readonly string[]).includes(to)).map((to) => `${from} -> ${to}`),
    );
    expect([...caught].sort()).toEqual(expected.sort());
  });

  it('is kept by the repository', () => {
    const check = spawnSync(process.execPath, [join(here, 'layers.mjs')], { cwd: resolve(here, '../..'), encoding: 'utf8' });
    expect(check.stderr).toBe('');
    expect(check.status).toBe(0);
  });
});

/** A package for a layer, with one file for every other layer that imports a type from it across packages. */
function plantLayer(tree: string, name: keyof typeof layers): void {
  const home = join(tree, layers[name].path, 'seed');
  mkdirSync(join(home, 'src'), { recursive: true });
  const manifest = { name: `@seed/${name}`, type: 'module', exports: { '.': { '@steelyard/source': './src/index.ts' } } };
  writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(home, 'src/index.ts'), 'export interface Seed { readonly seed: true }\n');
  for (const other of names.filter((candidate) => candidate !== name)) {
    writeFileSync(join(home, 'src', `uses-${other}.ts`), `import type { Seed } from '@seed/${other}';\nexport type Uses = Seed;\n`);
  }
  mkdirSync(join(tree, 'node_modules/@seed'), { recursive: true });
  symlinkSync(home, join(tree, 'node_modules/@seed', name), 'dir');
}

/** The violations in a tree, as `from -> to`. In a process of its own: the cruiser keeps state and works in its current folder. */
function cruiseTree(tree: string): string[] {
  const script = `
    import { cruise } from 'dependency-cruiser';
    import { cruiseOptions, layerRules, resolveOptions } from ${JSON.stringify(join(here, 'layer-rules.mjs'))};
    const options = { ...cruiseOptions, baseDir: ${JSON.stringify(tree)}, validate: true, ruleSet: { forbidden: layerRules() } };
    const { output } = await cruise(['apps', 'libs', 'plugins', 'sdk'], options, resolveOptions);
    console.log(JSON.stringify(output.summary.violations.map(({ from, to }) => [from, to])));`;
  const result = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: here, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) throw new Error(result.stderr);
  const layerOf = (path: string) => names.find((name) => path.startsWith(`${layers[name].path}/seed/`));
  return (JSON.parse(result.stdout) as [string, string][]).map(([from, to]) => `${layerOf(from)} -> ${layerOf(to)}`);
}
