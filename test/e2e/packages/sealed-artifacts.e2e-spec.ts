import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { describeDatabase, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';

const SECRET = 'weights that nobody else should read';

describeDatabase('artifacts at rest', (context) => {
  let platform: RunningPlatform | undefined;
  afterEach(() => platform?.stop());

  /** The names, without the sha256, of what is stored, and whether anything of it can be read. */
  async function stored(): Promise<{ endings: string[]; readable: boolean }> {
    const dir = join(platform!.dataDir, 'blobs');
    const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const contents = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
    return { endings: [...new Set(files.map(({ name }) => name.replace(/^[0-9a-f]{64}/, '')))].sort(), readable: contents.some((content) => content.includes(SECRET)) };
  }

  it('are sealed once there is a key, old ones too, and used all the same; plain files for runners go with the server', async () => {
    const env: Record<string, string> = {};
    platform = await RunningPlatform.start({ databaseUrl: context.url(), env });
    const { dataDir, operatorKey } = platform;
    const key = await platform.openOrganization('acme', '1.00');
    await platform.publish(key, await writeEchoPackage({ files: { 'weights.json': JSON.stringify(SECRET) } }), '--public');
    expect(await stored()).toEqual({ endings: [''], readable: true });
    env['STEELYARD_ARTIFACT_KEYS'] = randomBytes(32).toString('base64');
    expect(await platform.end('SIGTERM')).toBe(0);
    await platform.start();

    const rotate = () => platform!.graphql(operatorKey, 'mutation { rotateArtifactKeys { sealed rewrapped current left failed { reason } } }');

    expect((await platform.predict(key, 'acme/echo', { text: 'x' })).body).toEqual({ text: 'x' });
    expect(await rotate()).toEqual({ rotateArtifactKeys: { sealed: 3, rewrapped: 0, current: 0, left: 0, failed: [] } });
    expect(await stored()).toEqual({ endings: ['.key', '.sealed'], readable: false });
    expect(await rotate()).toMatchObject({ rotateArtifactKeys: { sealed: 0, current: 3 } });
    expect(await (await fetch(`${platform.url}/v1/models/acme/echo/1.0.0/files/README.md`)).text()).toContain('# Echo');
    expect((await readdir(join(dataDir, 'models'))).length).toBe(1);
    await platform.end('SIGTERM');
    await expect(readdir(join(dataDir, 'models'))).rejects.toMatchObject({ code: 'ENOENT' });
  }, 90_000);
});
