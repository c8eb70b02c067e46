import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commonRows, refusesEach } from '../clients/bad-requests.js';
import { describePlatform, newName, repositoryRoot, SHARED_BODY_LIMIT_BYTES, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';

const CBOR = { 'content-type': 'application/cbor' };

/** Everything here must end in a clear error, and cost nothing. */
describePlatform('bad input', (context) => {
  const acme = newName('acme');
  let platform: SharedPlatform;
  let provider: string;
  let consumer: string;
  let before: string;

  beforeAll(async () => {
    platform = context.platform();
    provider = await platform.openOrganization(acme);
    consumer = await platform.openOrganization(newName('caller'), '1.00');
    await platform.publish(provider, await writeEchoPackage(), '--public');
    await platform.publish(provider, await writeEchoPackage({ name: 'secret' }));
    for (const model of ['digits', 'breast-cancer']) await platform.publish(provider, join(repositoryRoot, 'plugins/models', model), '--public');
    before = (await platform.settledBalance(consumer)).availableNano;
  }, 120_000);

  afterAll(async () => {
    const after = await platform?.settledBalance(consumer);
    expect(after.availableNano).toBe(before);
  });

  const text = { text: 'x' };
  const notAnImage = Buffer.from('these are not pixels').toString('base64');

  describe('of a prediction', () => {
    it.each([
      ['a wrong type', `${acme}/echo`, { text: 7 }, 400, 'INFERENCE.INPUT_INVALID'],
      ['a missing field', `${acme}/echo`, {}, 400, 'INFERENCE.INPUT_INVALID'],
      ['an unknown field', `${acme}/echo`, { ...text, extra: 1 }, 400, 'INFERENCE.INPUT_INVALID'],
      ['a body that is a list', `${acme}/echo`, [text], 400, 'INFERENCE.INPUT_INVALID'],
      ['a missing number', `${acme}/breast-cancer`, { radius_mean: 12 }, 400, 'INFERENCE.INPUT_INVALID'],
      ['an image that is none', `${acme}/digits`, { image: notAnImage }, 400, 'INPUT.INVALID'],
      ['base64 that is none', `${acme}/digits`, { image: '***' }, 400, expect.stringMatching(/INPUT.?_?INVALID$/)],
      ['an unknown model', `${acme}/nothing`, text, 404, 'CATALOG.MODEL_NOT_FOUND'],
      ['an unknown organization', 'nobody/echo', text, 404, 'CATALOG.MODEL_NOT_FOUND'],
      ['a private model of others', `${acme}/secret`, text, 404, 'CATALOG.MODEL_NOT_FOUND'],
      ['an unknown version', `${acme}/echo@9.9.9`, text, 404, 'CATALOG.VERSION_NOT_FOUND'],
      ['an unknown channel', `${acme}/echo:nightly`, text, 404, 'CATALOG.CHANNEL_NOT_FOUND'],
      ['a reference that is none', `${acme}/Echo!`, text, 400, 'CATALOG.REF_INVALID'],
      ['a body over the limit', `${acme}/echo`, { text: 'x'.repeat(SHARED_BODY_LIMIT_BYTES) }, 413, 'HTTP.BODY_TOO_LARGE'],
    ])('%s', async (_what, ref, input, status, code) => {
      const answer = await platform.predict(consumer, ref, input);
      expect(answer.body).toMatchObject({ error: { code, message: expect.any(String), charged: false, requestId: expect.any(String) } });
      expect(answer.status).toBe(status);
    });

    it.each([
      ['a deadline that has passed', { 'steelyard-deadline-ms': '0' }, 504, 'INFERENCE.DEADLINE_PASSED'],
      ['a deadline that is no number', { 'steelyard-deadline-ms': 'soon' }, 400, 'HTTP.HEADER_INVALID'],
      ['an option that is not built', { 'steelyard-explain': 'true' }, 501, 'INFERENCE.OPTION_NOT_CONFIGURED'],
      ['another content type', { 'content-type': 'text/plain' }, 415, 'HTTP.MEDIA_TYPE_UNSUPPORTED'],
    ])('%s', async (_what, headers, status, code) => {
      const answer = await platform.predict(consumer, `${acme}/echo`, text, headers);
      expect(answer.body).toMatchObject({ error: { code, charged: false } });
      expect(answer.status).toBe(status);
    });

    refusesEach(
      {
        good: () => ({ url: `${platform.url}/v1/predict/`, path: `${acme}/echo`, headers: { 'content-type': 'application/json', authorization: `Bearer ${consumer}` }, body: JSON.stringify(text) }),
        messageOf: ({ error }: any): string => {
          expect(error).toMatchObject({ code: expect.any(String), charged: false, retryable: expect.any(Boolean), requestId: expect.any(String) });
          return error.message;
        },
      },
      [
        ...commonRows('{"text": '),
        ['a path of one part', () => ({ path: acme }), { status: 404, code: 'HTTP.NOT_FOUND' }],
        ['a path of three parts', () => ({ path: `${acme}/echo/1` }), { status: 404, code: 'HTTP.NOT_FOUND' }],
        ['CBOR that breaks off', () => ({ headers: CBOR, body: Uint8Array.of(0xa1, 0x64, 0x74) }), { status: 400, code: 'HTTP.BODY_MALFORMED', message: /not CBOR/ }],
        ['CBOR with a tag that is not read', () => ({ headers: CBOR, body: Uint8Array.of(0xc1, 0x00) }), { status: 400, code: 'HTTP.BODY_MALFORMED' }],
        ['CBOR that is nested without end', () => ({ headers: CBOR, body: Uint8Array.from({ length: 1_000 }, () => 0x81) }), { status: 400, code: 'HTTP.BODY_MALFORMED' }],
        ['CBOR of another shape', () => ({ headers: CBOR, body: Uint8Array.of(0xa0) }), { status: 400, code: 'INFERENCE.INPUT_INVALID' }],
      ],
    );

    it('a wrong input, as an outcome of GraphQL', async () => {
      const { predict } = await platform.graphql(
        consumer,
        'mutation ($input: PredictInput!) { predict(input: $input) { __typename ... on InputInvalid { code problems { path message } } } }',
        { input: { ref: `${acme}/echo`, input: { text: 7 } } },
      );
      expect(predict).toMatchObject({ __typename: 'InputInvalid', code: 'INFERENCE.INPUT_INVALID', problems: [{ path: 'text' }] });
    });

    it('a wallet that is empty', async () => {
      const poor = await platform.openOrganization(newName('poor'));
      const answer = await platform.predict(poor, `${acme}/echo`, text);
      expect(answer.body).toMatchObject({ error: { code: 'INFERENCE.PAYMENT_REQUIRED', charged: false, fix: expect.any(String) } });
      expect(answer.status).toBe(402);
    });
  });

  describe('of a key', () => {
    it('none, malformed, mistyped, unknown, revoked', async () => {
      const created = await platform.graphql(consumer, 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }', {
        input: { name: 'short-lived', scopes: ['predict'] },
      });
      const { secret, apiKey } = created.createApiKey;
      expect((await platform.predict(secret, `${acme}/echo`, { text: 7 })).status).toBe(400);
      await platform.graphql(consumer, 'mutation ($id: ID!) { revokeApiKey(id: $id) { revokedAt } }', { id: apiKey.id });
      const mistyped = `${consumer.slice(0, -8)}${consumer.at(-8) === 'a' ? 'b' : 'a'}${consumer.slice(-7)}`;
      for (const key of ['hello', mistyped, secret]) {
        const answer = await platform.predict(key, `${acme}/echo`, text);
        expect(answer.status).toBe(401);
        expect(answer.body.error.code).toMatch(/^IDENTITY\./);
      }
      const nobody = await fetch(`${platform.url}/v1/predict/acme/echo`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
      expect(nobody.status).toBe(401);
    });

    it('without the permission, or for what is another organization’s', async () => {
      const created = await platform.graphql(consumer, 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }', {
        input: { name: 'reader', scopes: ['models:read'] },
      });
      expect((await platform.predict(created.createApiKey.secret, `${acme}/echo`, text)).status).toBe(403);
      const revoked = await platform.graphqlRaw(provider, 'mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: created.createApiKey.apiKey.id });
      expect(revoked.errors?.[0]?.extensions?.['code']).toMatch(/^IDENTITY\..*NOT_FOUND$/);
      const released = await platform.graphqlRaw(consumer, 'mutation { releaseVersion(input: { model: "echo", version: "1.0.0" }) { name } }');
      expect(released.errors?.[0]?.extensions?.['code']).toBe('CATALOG.MODEL_NOT_FOUND');
    });
  });

  describe('of a package', () => {
    const refused = async (dir: string): Promise<string> => {
      const result = await platform.cli(provider, 'publish', dir);
      expect(result.code).not.toBe(0);
      return result.stdout + result.stderr;
    };

    it('a missing artifact', async () => {
      const dir = await writeEchoPackage({ name: 'missing' });
      await unlink(join(dir, 'weights.json'));
      expect(await refused(dir)).toContain('weights.json');
    });

    it('a path that leaves the package, or is absolute', async () => {
      for (const path of ['../weights.json', '/etc/passwd']) {
        const dir = await writeEchoPackage({ name: 'escaping' });
        const manifest = await readFile(join(dir, 'model.yaml'), 'utf8');
        await writeFile(join(dir, 'model.yaml'), manifest.replace('path: weights.json', `path: ${path}`));
        expect(await refused(dir)).toMatch(/model\.yaml|path/);
      }
    });

    it('a symlink', async () => {
      const dir = await writeEchoPackage({ name: 'linked' });
      await unlink(join(dir, 'weights.json'));
      await symlink('/etc/hostname', join(dir, 'weights.json'));
      expect(await refused(dir)).toMatch(/link/i);
    });

    it('an unknown runtime', async () => {
      const dir = await writeEchoPackage({ name: 'strange' });
      const manifest = await readFile(join(dir, 'model.yaml'), 'utf8');
      await writeFile(join(dir, 'model.yaml'), manifest.replace('name: echo,', 'name: abacus,'));
      expect(await refused(dir)).toContain('abacus');
    });

    it('a GPU that is required and not here', async () => {
      const dir = await writeEchoPackage({ name: 'needs-gpu' });
      const manifest = await readFile(join(dir, 'model.yaml'), 'utf8');
      await writeFile(join(dir, 'model.yaml'), manifest.replace('resources: {', 'resources: { gpu: require,'));
      const message = await refused(dir);
      // The same on a machine with a GPU: the runtime of the suites uses none.
      expect(message).toContain('the model requires a GPU');
      expect(message).toContain('the runtime echo can use none here; it has cpu');
      expect(message).toContain('PUBLISHING.DEVICE_UNAVAILABLE');
      expect(message).toContain('gpu: prefer');
    });

    it('a sample that fails, with what was expected and what came', async () => {
      const message = await refused(await writeEchoPackage({ name: 'failing', expected: { text: 'goodbye' } }));
      expect(message).toContain('goodbye');
      expect(message).toContain('hello');
    });

    it('a version that breaks callers of the one before it, with what breaks them and the number to take', async () => {
      const dir = await writeEchoPackage({ name: 'secret', version: '1.1.0' });
      const manifest = await readFile(join(dir, 'model.yaml'), 'utf8');
      const stricter = manifest.replace('required: [text]', 'required: [text, number]');
      const was = 'output:\n  type: object\n  properties:\n    text: { type: string }';
      await writeFile(join(dir, 'model.yaml'), stricter.replace(was, 'output:\n  type: object\n  properties:\n    text: { type: [string, "null"] }'));
      const message = await refused(dir);
      expect(message).toContain('PUBLISHING.CONTRACT_BROKEN');
      expect(message).toContain('input.number: is required now; output.text: was string and may be string or null now');
      expect(message).toContain('Publish it as 2.0.0');
    });

    it('a version number that is taken by other content; the same content again is no failure', async () => {
      const dir = await writeEchoPackage({ name: 'echo', files: { 'weights.json': '{"other": true}' } });
      expect(await refused(dir)).toContain('with other content');
      const again = await platform.cli(provider, 'publish', await writeEchoPackage(), '--json');
      expect(again.code).toBe(0);
      expect(JSON.parse(again.stdout)).toMatchObject({ unchanged: true, ref: `${acme}/echo@1.0.0` });
      expect((await platform.cli(provider, 'publish', await writeEchoPackage())).stdout).toContain('with the same content');
      const elsewhere = await platform.cli(provider, 'publish', await writeEchoPackage(), '--channel', 'beta', '--json');
      expect([elsewhere.code, JSON.parse(elsewhere.stdout)]).toEqual([1, { error: expect.objectContaining({ code: 'CLI.NOT_AS_ASKED', fix: expect.stringContaining('steelyard release echo 1.0.0 --channel beta') }) }]);
    });

    it('a file whose content is not what its digest says', async () => {
      const sha256 = 'a'.repeat(64);
      const response = await fetch(`${platform.url}/v1/uploads/sha256/${sha256}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${provider}`, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0', 'upload-length': '5' },
        body: 'bytes',
      });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ error: { code: expect.stringMatching(/DIGEST/) } });
    });

    it('leaves nothing listed', async () => {
      const { models } = await platform.graphql(consumer, `{ models(owner: "${acme}", first: 100) { nodes { name } } }`);
      expect(models.nodes.map(({ name }: { name: string }) => name).sort()).toEqual(['breast-cancer', 'digits', 'echo']);
    });
  });
});
