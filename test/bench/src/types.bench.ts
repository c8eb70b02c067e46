/**
 * `npm run bench -- types`: how long the TypeScript compiler takes over a program that calls models through the types of 1,000 of them, and over the
 * same with the types of one. The schemas are those of the reference models, each with two versions.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { emitModule, type CatalogModel } from '@steelyard/codegen';
import { readPackageFolder, type Manifest } from '@steelyard/model-package';
import { interleave, median, round, type BenchResult } from './tools/rounds.js';

const ROUNDS = 5;
const MODELS = 1_000;
const root = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

const manifests = await readReferenceModels();
const dir = await mkdtemp(join(tmpdir(), 'steelyard-bench-'));
try {
  const many = emitModule(Array.from({ length: MODELS }, (_, number) => modelOf(manifests[number % manifests.length]!, number)));
  await writeProject('one', emitModule([modelOf(manifests[0]!, 0)]));
  await writeProject('many', many);
  const results = await interleave(ROUNDS, { one: () => seconds('one'), many: () => seconds('many') });
  const [one, all] = [results['one']!, results['many']!];
  const result: BenchResult = {
    bench: 'types',
    ratio: round(median(all.map((value, at) => value - one[at]!))),
    unit: `seconds that tsc takes for the types of ${MODELS} models, over those of one`,
    rounds: ROUNDS,
    cases: { one_seconds: round(median(one)), many_seconds: round(median(all)), file_bytes: Buffer.byteLength(many), models: MODELS },
  };
  console.log(JSON.stringify(result));
} finally {
  await rm(dir, { recursive: true });
}

async function readReferenceModels(): Promise<Manifest[]> {
  const folder = join(root, 'plugins/models');
  const names = await readdir(folder);
  const read = await Promise.all(names.map((name) => readPackageFolder(join(folder, name)).catch(() => undefined)));
  // Those whose weights have not been fetched are left out.
  return read.flatMap((found) => (found ? [found.manifest] : []));
}

function modelOf({ name, task, description, input, output }: Manifest, number: number): CatalogModel {
  const schemas = { inputSchema: input, outputSchema: output };
  return {
    owner: `owner-${number % 40}`,
    name: `${name}-${number}`,
    task,
    description,
    versions: [{ version: '1.0.0', ...schemas }, { version: '1.1.0', ...schemas }],
    channels: [{ name: 'stable', version: '1.1.0' }, { name: 'beta', version: '1.1.0' }],
  };
}

/** A program of its own that calls the first model. */
async function writeProject(name: string, types: string): Promise<void> {
  const folder = join(dir, name);
  await mkdir(folder);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const options = { strict: true, noEmit: true, skipLibCheck: true, target: 'es2023', module: 'nodenext', lib: ['es2023', 'dom'], types: [] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'steelyard.gen.ts'), types);
  const first = modelOf(manifests[0]!, 0);
  await writeFile(
    join(folder, 'use.ts'),
    `import { createClient } from '@steelyard/client';\nimport type { Models } from './steelyard.gen.js';\nconst client = createClient<Models>();\nexport const answer = client.run('${first.owner}/${first.name}', {} as never);\n`,
  );
}

async function seconds(name: string): Promise<number> {
  const startedAt = performance.now();
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(dir, name)]);
  return (performance.now() - startedAt) / 1_000;
}
