import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot, runNode, RunningPlatform } from '@steelyard/test-support';

const PACKAGE = 'steelyard-runtime-tree';
const guide = readFileSync(join(repositoryRoot, 'docs/guides/write-a-runtime.md'), 'utf8');
/** Blocks that say after their language which file they are. */
const files = new Map([...guide.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, path, content]) => [path as string, content as string]));

describe('the guide for authors of runtimes', () => {
  let folder: string;
  let runtime: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'third-party-'));
    await chmod(folder, 0o755);
    runtime = join(folder, 'node_modules', PACKAGE);
    for (const [path, content] of files) {
      const file = path.startsWith(PACKAGE) ? join(folder, 'node_modules', path) : join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    // As npm would: what the package names as its peers lies beside it.
    const scope = join(folder, 'node_modules', '@steelyard');
    await mkdir(scope);
    for (const name of ['runtime-kit', 'runtime-testkit']) await symlink(join(repositoryRoot, 'libs', name), join(scope, name));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('needs no more lines than it says', () => {
    const linesOf = (path: string): number => files.get(`${PACKAGE}/${path}`)?.trimEnd().split('\n').length ?? Infinity;
    expect(linesOf('index.js')).toBeLessThanOrEqual(20);
    expect(linesOf('index.test.js')).toBeLessThanOrEqual(5);
  });

  it('has a test that passes', async () => {
    const { code, stdout } = await runNode(['--test', '--test-reporter=tap', 'index.test.js'], { cwd: runtime, env: { PATH: process.env['PATH'] } });
    expect(stdout).toMatch(/ok \d+ - refuses a bad request and answers its neighbours/);
    expect([code, stdout.match(/^not ok.*/gm) ?? []]).toEqual([0, []]);
  });

  it('has a model that is published, measured and answers', async () => {
    const platform = await RunningPlatform.start({ cwd: folder, env: { STEELYARD_RUNTIMES: PACKAGE } });
    try {
      const key = await platform.openOrganization('acme', '1.00');
      await platform.publish(key, join(folder, 'iris'), '--public');
      const { body } = await platform.predict(key, 'acme/iris', { petal_length_cm: 1.4, petal_width_cm: 0.2 });
      expect(body).toEqual({ species: 'setosa', share: 1 });
      const bad = await platform.predict(key, 'acme/iris', { petal_length_cm: 1.4 });
      expect(bad.status).toBe(400);
    } finally {
      await platform.stop();
    }
  }, 120_000);
});
