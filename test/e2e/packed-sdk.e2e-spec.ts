import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyDatabaseUrl, repositoryRoot, runNode, RunningPlatform } from '@steelyard/test-support';
import { packSdk } from '../../tools/pack/pack-sdk.mjs';

const app = `
import { readFileSync } from 'node:fs';
import { createClient } from '@steelyard/client';
import type { Models } from './steelyard.gen.js';

const steelyard = createClient<Models>({ baseUrl: process.env['STEELYARD_URL']!, apiKey: process.env['STEELYARD_API_KEY']! });
const { label } = await steelyard.run('acme/digits', { image: readFileSync(process.argv[2]!) });
console.log(label);
`;

/** What a customer does: an empty project, the packed client and command, and nothing of this repository around it. */
describe('an empty TypeScript project outside the workspace', () => {
  let platform: RunningPlatform;
  let project: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    project = realpathSync(mkdtempSync(join(tmpdir(), 'steelyard-customer-')));
    platform = await RunningPlatform.start({ databaseUrl: await emptyDatabaseUrl() });
    const provider = await platform.openOrganization('acme');
    const consumer = await platform.openOrganization('customer', '1.00');
    await platform.publish(provider, join(repositoryRoot, 'plugins/models/digits'), '--public');
    env = { PATH: process.env['PATH'], HOME: project, STEELYARD_URL: platform.url, STEELYARD_API_KEY: consumer };
    const packages = await packSdk({ out: join(project, 'packages') });
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'customer', private: true, type: 'module' }));
    const wanted = [...packages.map(({ file }) => file), 'typescript@6.0.3', '@types/node@20.19.25'];
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...wanted], { cwd: project, stdio: 'pipe' });
    const options = { target: 'es2022', module: 'nodenext', strict: true, incremental: true, types: ['node'], outDir: 'dist' };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
    writeFileSync(join(project, 'app.ts'), app);
  }, 180_000);

  afterAll(async () => {
    await platform?.stop();
    rmSync(project, { recursive: true, force: true });
  });

  const compile = () => runNode([join(project, 'node_modules/typescript/bin/tsc'), '-p', project], { cwd: project, env });

  it('generates the types of what its key can call, compiles, and calls a model', async () => {
    const generated = await runNode([join(project, 'node_modules/@steelyard/cli/bin/steelyard.mjs'), 'generate', '--out', 'steelyard.gen.ts'], { cwd: project, env });
    expect(generated.stderr).not.toContain('rror');
    expect(generated.code).toBe(0);
    expect(readFileSync(join(project, 'steelyard.gen.ts'), 'utf8')).toContain("'acme/digits'");
    expect(await compile()).toMatchObject({ code: 0, stdout: '' });
    const called = await runNode([join(project, 'dist/app.js'), join(repositoryRoot, 'plugins/models/digits/samples/seven.png')], { cwd: project, env });
    expect(called).toMatchObject({ code: 0, stdout: '7\n' });
  }, 60_000);

  it.each([
    ['a wrong field name', "{ image: readFileSync", "{ picture: readFileSync", 'picture'],
    ['an unknown model', "'acme/digits'", "'acme/letters'", 'acme/letters'],
    ['an output field that is not there', '{ label }', '{ labels }', 'labels'],
  ])('does not compile with %s', async (_what, right, wrong, named) => {
    writeFileSync(join(project, 'app.ts'), app.replace(right, wrong));
    const { code, stdout } = await compile();
    expect(code).not.toBe(0);
    expect(stdout).toContain(named);
    expect(stdout).toContain('app.ts');
  }, 60_000);
});
