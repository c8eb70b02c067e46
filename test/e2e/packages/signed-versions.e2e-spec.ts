import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runCli } from '@steelyard/cli';
import { describePlatform, newName, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';

describePlatform('signed versions', (context) => {
  const acme = newName('acme');
  const ref = (version: string) => `${acme}/echo@${version}`;
  let platform: SharedPlatform;
  let provider: string;
  let dir: string;
  let keyFile: string;

  beforeAll(async () => {
    platform = context.platform();
    provider = await platform.openOrganization(acme, '1.00');
    dir = await mkdtemp(join(tmpdir(), 'steelyard-signing-'));
    keyFile = join(dir, 'ci.key.pem');
    await succeed('signing-key', 'create', 'ci', '--out', keyFile);
  }, 90_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** Runs a command in this process, which takes a tenth of the time of one of its own. */
  async function cli(key: string, ...args: string[]): Promise<{ code: number; out: string }> {
    let out = '';
    const stdin = new PassThrough().end();
    const env = { HOME: dir, STEELYARD_URL: platform.url, STEELYARD_API_KEY: key };
    const code = await runCli([...args, '--json'], { stdin, stderr: new PassThrough().resume(), env, cwd: dir, stdout: { write: (text: string) => (out += text) } });
    return { code, out };
  }

  async function succeed(...args: string[]): Promise<any> {
    const { code, out } = await cli(provider, ...args);
    expect({ code, out }).toMatchObject({ code: 0 });
    return JSON.parse(out);
  }

  async function refusal(...args: string[]): Promise<{ code: string; message: string }> {
    const { code, out } = await cli(provider, ...args);
    expect(code).toBe(1);
    return JSON.parse(out).error;
  }

  it('are published, shown with who signed them, called, and verified by whoever has the key', async () => {
    const folder = await writeEchoPackage({ version: '1.0.0' });
    await succeed('publish', folder, '--sign', keyFile, '--public');
    expect(await succeed('models', `${acme}/echo`)).toMatchObject({ versions: [{ version: '1.0.0', signature: { keyName: 'ci' } }] });
    expect((await platform.predict(provider, ref('1.0.0'), { text: 'x' })).status).toBe(200);
    const verified = await succeed('signing', 'verify', ref('1.0.0'));
    expect(verified).toMatchObject({ valid: true, keyName: 'ci', statement: { tenant: acme, model: 'echo', version: '1.0.0' } });
    await writeFile(join(dir, 'version.sig.json'), JSON.stringify(verified));
    const offline = ['signing', 'verify', folder, '--owner', acme, '--signature', join(dir, 'version.sig.json'), '--key', keyFile];
    expect(await succeed(...offline)).toMatchObject({ valid: true, keyName: null });
    await writeFile(join(folder, 'weights.json'), '{}');
    const changed = await cli(provider, ...offline);
    expect([changed.code, JSON.parse(changed.out)]).toMatchObject([1, { valid: false, problem: expect.stringMatching(/^sha256 is/) }]);
  });

  it('may be all that an organization publishes: unsigned, by a stranger\'s key, for another version, and by a revoked key none is taken', async () => {
    await succeed('signing-key', 'require');
    const folder = await writeEchoPackage({ version: '1.1.0' });
    expect(await refusal('publish', folder)).toMatchObject({ code: 'PUBLISHING.SIGNATURE_REQUIRED' });
    expect((await cli(provider, 'model', 'test', folder)).code).toBe(0);

    const other = await platform.openOrganization(newName('other'));
    const foreign = join(dir, 'foreign.key.pem');
    expect((await cli(other, 'signing-key', 'create', 'theirs', '--out', foreign)).code).toBe(0);
    expect(await refusal('publish', folder, '--sign', foreign)).toMatchObject({ code: 'PUBLISHING.SIGNATURE_INVALID', message: expect.stringContaining('has registered no key') });

    const { envelope } = JSON.parse(await readFile(join(dir, 'version.sig.json'), 'utf8'));
    const { model } = await platform.graphql(provider, `{ model(ref: "${acme}/echo") { versions { files manifest } } }`);
    const { manifest, files } = model.versions[0];
    const send = async (signature: unknown) => {
      const input = { manifest: { ...manifest, version: '1.1.0', price: 'free' }, files, signature };
      const { errors } = await platform.graphqlRaw(provider, 'mutation ($input: PublishVersionInput!) { publishVersion(input: $input) { id } }', { input });
      return [errors?.[0]?.extensions?.['code'], errors?.[0]?.message];
    };
    expect(await send(envelope)).toEqual(['PUBLISHING.SIGNATURE_INVALID', expect.stringMatching(/sha256 is .* in what was signed/)]);
    expect(await send({ ...envelope, payload: `AAAA${envelope.payload.slice(4)}` })).toEqual(['PUBLISHING.SIGNATURE_INVALID', expect.stringContaining('not of this payload')]);
    expect(await send('signed, honestly')).toEqual(['PUBLISHING.SIGNATURE_INVALID', expect.stringContaining('no DSSE envelope')]);

    await succeed('signing-key', 'revoke', 'ci');
    expect(await refusal('publish', folder, '--sign', keyFile)).toMatchObject({ code: 'PUBLISHING.SIGNATURE_INVALID', message: expect.stringContaining('was revoked at') });
    await succeed('signing-key', 'require', '--off');
  });

  it('and all others do not load once a stored file has one bit that is another, and nobody is charged', async () => {
    const weights = JSON.stringify({ of: acme });
    await succeed('publish', await writeEchoPackage({ version: '2.0.0', files: { 'weights.json': weights } }));
    const sha256 = createHash('sha256').update(weights).digest('hex');
    const path = join(platform.dataDir, 'blobs', 'sha256', sha256.slice(0, 2), sha256);
    const bytes = await readFile(path);
    bytes[3]! ^= 1;
    await chmod(path, 0o600);
    await writeFile(path, bytes);
    const before = await platform.settledBalance(provider);
    const refused = await platform.predict(provider, ref('2.0.0'), { text: 'x' });
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'API.FILES_DAMAGED', message: expect.stringContaining('weights.json has the sha256'), charged: false } } });
    expect(await platform.settledBalance(provider)).toEqual(before);
  });
});
