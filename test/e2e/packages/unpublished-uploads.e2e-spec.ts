import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { describeDatabase, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';

interface Uploads {
  readonly files: readonly { readonly sha256: string; readonly size: number; readonly removedAt: string }[];
  readonly limitBytes: number;
}

const LIMIT_BYTES = 100_000;

describeDatabase('uploads that nothing came of', (context) => {
  let platform: RunningPlatform | undefined;
  afterEach(() => platform?.stop());

  const stored = async (): Promise<string[]> => (await readdir(join(platform!.dataDir, 'blobs'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

  it('take the room that there is until their owner removes them, or their time is over', async () => {
    const env = { STEELYARD_UNPUBLISHED_LIMIT_BYTES: String(LIMIT_BYTES), STEELYARD_KEEP_UNPUBLISHED_HOURS: '1' };
    platform = await RunningPlatform.start({ databaseUrl: context.url(), env });
    const key = await platform.openOrganization('acme', '1.00');
    const list = async (): Promise<Uploads> => JSON.parse((await platform!.cli(key, 'uploads', 'list', '--json')).stdout) as Uploads;
    const weights = (bytes: number): string => JSON.stringify(randomBytes(bytes / 2).toString('hex'));

    const broken = await platform.cli(key, 'publish', await writeEchoPackage({ expected: { text: 'something else' }, files: { 'weights.json': weights(60_000) } }));
    expect(broken.code).toBe(1);
    const after = await list();
    expect(after).toMatchObject({ limitBytes: LIMIT_BYTES });
    expect(after.files).toHaveLength(3);

    const next = await writeEchoPackage({ files: { 'weights.json': weights(60_000) } });
    const refused = await platform.cli(key, 'publish', next);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('does not fit beside what your organization has uploaded and not published');
    expect(refused.stderr).toContain('steelyard uploads remove');
    const removed = await platform.cli(key, 'uploads', 'remove', '--all');
    expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('unpublished: 0 B of') });
    await platform.publish(key, next, '--public');
    expect((await list()).files).toEqual([]);
    expect((await platform.predict(key, 'acme/echo', { text: 'x' })).body).toEqual({ text: 'x' });

    await platform.cli(key, 'model', 'test', await writeEchoPackage({ version: '1.1.0', files: { 'weights.json': weights(10) } }));
    const [tried, ...more] = (await list()).files;
    expect(more).toEqual([]);
    expect(await stored()).toContain(tried!.sha256);
    await context.database().pool.query(`UPDATE blob_possession SET used_at = used_at - interval '2 hours'`);
    expect(await platform.end('SIGTERM')).toBe(0);
    await platform.start();
    const gone = async (): Promise<boolean> => !(await stored()).includes(tried!.sha256);
    while (!(await gone())) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await stored()).length).toBe(3);
    expect((await platform.predict(key, 'acme/echo', { text: 'y' })).body).toEqual({ text: 'y' });
  }, 90_000);
});
