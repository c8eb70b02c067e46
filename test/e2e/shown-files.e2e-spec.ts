import { beforeAll, expect, it } from '@jest/globals';
import { describePlatform, newName, writeEchoPackage, type SharedPlatform } from '@steelyard/test-support';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

describePlatform('files of a model that a page shows', (context) => {
  const acme = newName('acme');
  let platform: SharedPlatform;
  let key: string;

  beforeAll(async () => {
    platform = context.platform();
    key = await platform.openOrganization(acme, '1.00');
    const input = { text: 'hello', dot: { $file: 'samples/dot.png' }, evil: { $file: 'samples/evil.png' } };
    const text = (name: string) => ({ [name]: { type: 'string', maxLength: 10_000 } });
    const dir = await writeEchoPackage({
      files: {
        'samples/hello.json': JSON.stringify({ name: 'hello', input, expected: { text: 'hello' } }),
        'samples/dot.png': PNG,
        'samples/evil.png': SVG,
      },
      manifest: JSON.stringify({
        schema: 1, name: 'echo', version: '1.0.0', license: 'MIT', intendedUse: 'For tests.', task: 'custom', tags: ['demo'], support: 'https://example.org/help',
        runtime: { name: 'echo', range: '^0.1.0' }, artifacts: [{ path: 'weights.json' }],
        input: { type: 'object', properties: { ...text('text'), ...text('dot'), ...text('evil') } },
        output: { type: 'object', properties: text('text') },
        price: { unit: 'request', amount: '0.001', currency: 'usd' },
      }),
    });
    await platform.publish(key, dir, '--public');
  }, 120_000);

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${platform.url}/v1/models/${acme}/echo/1.0.0/files/${path}`, { headers });

  it('are typed by what they hold and cannot act', async () => {
    const dot = await get('samples/dot.png');
    expect(Buffer.from(await dot.arrayBuffer())).toEqual(PNG);
    expect(Object.fromEntries(dot.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(PNG.length),
      'content-disposition': "inline; filename*=UTF-8''dot.png",
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    expect((await get('samples/hello.json')).headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect((await get('README.md')).headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const evil = await get('samples/evil.png');
    expect([evil.headers.get('content-type'), evil.headers.get('content-disposition')]).toEqual(['text/plain; charset=utf-8', "attachment; filename*=UTF-8''evil.png"]);
  });

  it('need not be sent twice', async () => {
    const etag = (await get('README.md')).headers.get('etag')!;
    const again = await get('README.md', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('are none but card and samples, by no name', async () => {
    const names = ['weights.json', 'model.yaml', 'manifest.json', '', '.', '..%2f..%2fetc%2fpasswd', 'samples/..%2f..%2fweights.json', 'samples%5cdot.png', '%00', 'samples/dot.png%00', '%2fetc%2fpasswd', 'x'.repeat(300), 'README.MD', '%ff'];
    for (const name of names) {
      const answer = await get(name);
      expect([name, answer.status >= 400 && answer.status < 500]).toEqual([name, true]);
    }
    for (const path of [`${acme}/echo/9.9.9`, `${acme}/nothing/1.0.0`, 'nobody/echo/1.0.0', `${acme}/echo/%00`, 'ac%00me/echo/1.0.0', '%2e%2e/echo/1.0.0']) {
      expect((await fetch(`${platform.url}/v1/models/${path}/files/README.md`)).status).toBeGreaterThanOrEqual(400);
      expect((await fetch(`${platform.url}/v1/models/${path}/files/README.md`)).status).toBeLessThan(500);
    }
  });

  it('come with a model that says its tags and where to ask', async () => {
    const { model } = await platform.graphql(undefined, `{ model(ref: "${acme}/echo") { own tags license support provider { handle name } shown { version card samples } figures { calls availability } } }`);
    expect(model).toMatchObject({
      own: false, tags: ['demo'], license: 'MIT', support: 'https://example.org/help', provider: { handle: acme, name: acme },
      shown: { version: '1.0.0', card: expect.stringContaining('# Echo') }, figures: { calls: 0, availability: null },
    });
  });

  it('belong to a model that is found by the name that its owner has now', async () => {
    const { renameOrganization } = await platform.graphql(key, 'mutation { renameOrganization(name: "Jackdaw Labs") { handle name } }');
    expect(renameOrganization).toEqual({ handle: acme, name: 'Jackdaw Labs' });
    expect((await platform.graphql(undefined, '{ models(search: "jackdaw") { nodes { ref } } }')).models.nodes).toEqual([{ ref: `${acme}/echo` }]);
  });

  it('tell callers of a version that goes, by header and by the command', async () => {
    const before = await platform.predict(key, `${acme}/echo`, { text: 'hi' });
    expect([before.status, before.headers.get('deprecation'), before.headers.get('sunset')]).toEqual([200, null, null]);
    const sunsetAt = '2100-01-01T00:00:00.000Z';
    const { deprecateVersion } = await platform.graphql(
      key,
      'mutation ($sunsetAt: DateTime!) { deprecateVersion(input: { model: "echo", version: "1.0.0", sunsetAt: $sunsetAt, reason: "old" }) { deprecation { sunsetAt successor reason } } }',
      { sunsetAt },
    );
    expect(deprecateVersion.deprecation).toEqual({ sunsetAt, successor: null, reason: 'old' });
    const after = await platform.predict(key, `${acme}/echo`, { text: 'hi' });
    expect(after.headers.get('deprecation')).toMatch(/^@\d{10}$/);
    expect(after.headers.get('sunset')).toBe('Fri, 01 Jan 2100 00:00:00 GMT');
    const run = await platform.cli(key, 'run', `${acme}/echo`, 'text=hi');
    expect(run.stderr).toContain(`warning: ${acme}/echo@1.0.0 is deprecated and answers no more after 2100-01-01T00:00:00.000Z`);
  });
});
