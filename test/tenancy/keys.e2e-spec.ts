import { randomBytes } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeDatabase, embeddedTestServer, RunningPlatform, signInAs, writeEchoPackage } from '@steelyard/test-support';
import { buildSchema } from 'graphql';
import { subscribe } from './subscribe.js';

const FAILURES_PER_MINUTE = 20;
/** What the issue asks for. */
const REVOKED_WITHIN_MS = 1_000;
/** Who floods, and how many refusals each of them wants to see. */
const FLOODERS = 8;
const REFUSALS_EACH = 12;

interface MadeKey {
  readonly apiKey: { readonly id: string };
  readonly secret: string;
}

describeDatabase(
  'keys on several servers',
  (context) => {
    let first: RunningPlatform;
    let second: RunningPlatform;
    let owner: string;
    let consumer: string;

    beforeAll(async () => {
      const options = { databaseUrl: context.url(), env: { STEELYARD_KEY_PEPPER: 'p'.repeat(32), STEELYARD_FAILED_REQUESTS_PER_MINUTE: String(FAILURES_PER_MINUTE) } };
      first = await RunningPlatform.start(options);
      owner = await first.openOrganization('acme');
      consumer = await first.openOrganization('shop', '5.00');
      for (const name of ['one', 'two']) await first.publish(owner, await writeEchoPackage({ name, amount: '0.001' }), '--public');
      second = await RunningPlatform.start(options);
      // Servers that share a database share their store of files; here each has a folder.
      await cp(join(first.dataDir, 'blobs'), join(second.dataDir, 'blobs'), { recursive: true });
    }, 90_000);

    afterAll(async () => {
      await Promise.all([first, second].map((server) => server?.stop()));
    });

    const make = async (input: { name: string; requestsPerMinute?: number; expiresAt?: string }): Promise<MadeKey> => {
      const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } secret } }';
      return (await first.graphql<{ createApiKey: MadeKey }>(consumer, document, { input: { ...input, scopes: ['predict'] } })).createApiKey;
    };
    const makeByCommand = async (key: string, ...args: string[]): Promise<MadeKey> => {
      const { code, stdout, stderr } = await first.cli(key, 'keys', 'create', ...args, '--json');
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as MadeKey;
    };
    const send = (path: string, key: string, body: object | undefined, headers: Record<string, string> = {}) =>
      fetch(second.url + path, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
      });
    const input = { text: 'hello' };

    it('refuses a key at every door what it is not for, and says what it is for', async () => {
      const { secret: key } = await makeByCommand(consumer, 'page', '--models', 'acme/one', '--requests-per-minute', '100');
      const { stdout } = await first.cli(consumer, 'keys', 'list');
      expect(stdout).toMatch(/page +good +never +100 +acme\/one +predict models:read/);

      const field = (ref: string) => async () => {
        const schema = buildSchema(await (await send(`/graphql/models?models=${ref}`, key, undefined)).text());
        const [name] = Object.keys(schema.getMutationType()!.getFields());
        return send('/graphql/models', key, { query: `mutation { answer: ${name}(input: { text: "hello" }) { __typename } }` });
      };
      const tensors = { inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], data: ['hello'] }] };
      const doors: Record<string, (ref: string) => () => Promise<Response>> = {
        native: (ref) => () => send(`/v1/predict/${ref}`, key, input),
        stream: (ref) => () => send(`/v1/predict/${ref}`, key, input, { accept: 'text/event-stream' }),
        estimate: (ref) => () => send(`/v1/estimate/${ref}`, key, input),
        'Open Inference': (ref) => () => send(`/v2/models/${ref}/infer`, key, tensors),
        OpenAI: (ref) => () => send(`/openai/v1/models/${ref}`, key, undefined),
        GraphQL: (ref) => () => send('/graphql', key, { query: `mutation { predict(input: { ref: "${ref}", input: { text: "hello" } }) { __typename } }` }),
        'typed GraphQL': field,
      };
      const told = 'This API key is not for acme/two, only for acme/one';
      for (const [door, ask] of Object.entries(doors)) {
        const [allowed, refused] = [await ask('acme/one')(), await ask('acme/two')()];
        expect([door, allowed.status, await allowed.text()]).toEqual([door, 200, expect.not.stringContaining('MODEL_NOT_ALLOWED')]);
        // A field of an operation that ran is refused in the answer, whose status is 200; a stream may have begun.
        expect([door, refused.status]).toEqual([door, door.includes('GraphQL') ? 200 : 403]);
        expect([door, await refused.text()]).toEqual([door, expect.stringContaining(told)]);
        expect(refused.headers.get('ratelimit-policy')).toBe('"key";q=100;w=60');
      }
      const listed = (await (await send('/v2/repository/index', key, {})).json()) as { name: string }[];
      expect(listed.map(({ name }) => name)).toEqual(['acme/one']);
    }, 30_000);

    it('shows no door’s metadata of its own private models to a key that may neither call nor read them', async () => {
      await first.publish(owner, await writeEchoPackage({ name: 'own', amount: '0.001' }));
      const document = 'mutation ($scopes: [String!]!) { createApiKey(input: { name: "reader", scopes: $scopes }) { secret } }';
      const keyWith = async (...scopes: string[]) => (await first.graphql<{ createApiKey: { secret: string } }>(owner, document, { scopes })).createApiKey.secret;
      const [accountant, reader] = [await keyWith('usage:read'), await keyWith('usage:read', 'models:read')];
      const simulation = '{ simulatePrice(input: { like: "acme/own" }) { calls } }';
      const doors: Record<string, (key: string) => Promise<Response>> = {
        'Open Inference': (key) => send('/v2/models/acme/own', key, undefined),
        'its configuration': (key) => send('/v2/models/acme/own/config', key, undefined),
        'typed GraphQL by name': (key) => send('/graphql/models?models=acme/own', key, undefined),
        simulation: (key) => send('/graphql', key, { query: simulation }),
      };
      for (const [door, ask] of Object.entries(doors)) {
        expect([door, await (await ask(accountant)).text()]).toEqual([door, expect.stringContaining('There is no model acme/own')]);
        expect([door, await (await ask(reader)).text()]).toEqual([door, expect.not.stringContaining('There is no model')]);
      }
      const [hidden, shown] = await Promise.all([accountant, reader].map(async (key) => (await send('/graphql/models', key, undefined)).text()));
      expect(hidden).not.toContain('acme__own');
      expect(shown).toContain('acme__own');
    }, 30_000);

    it('holds a key and an organization by their limits, before a body is read, and charges nothing', async () => {
      const { secret: key } = await make({ name: 'slow', requestsPerMinute: 3 });
      const before = await second.settledBalance(consumer);
      const answers = [];
      for (let n = 0; n < 4; n += 1) answers.push(await second.predict(key, 'acme/one', input));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(answers.map(({ headers }) => headers.get('ratelimit')?.split(';')[1])).toEqual(['r=2', 'r=1', 'r=0', 'r=0']);
      expect(answers[3]!.body.error).toMatchObject({ code: 'IDENTITY.RATE_LIMITED', retryable: true, charged: false, details: { limitOf: 'key', requestsPerMinute: 3 } });
      expect(Number(answers[3]!.headers.get('retry-after'))).toBeGreaterThan(10);
      const after = await second.settledBalance(consumer);
      expect(BigInt(before.availableNano) - BigInt(after.availableNano)).toBe(3n * 1_000_000n);

      const byGraphql = await send('/graphql', key, { query: '{ viewer { organization { handle } } }' });
      expect([byGraphql.status, byGraphql.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
      // Of ten megabytes that are announced nothing is sent.
      expect(await statusWithoutBody(second.url, key)).toBe(429);

      const { code, stderr } = await first.cli(first.operatorKey, 'operator', 'limit-org', 'shop', '2', '--operator-key-file', join(first.dataDir, 'operator.key'));
      expect([code, stderr]).toEqual([0, '']);
      const { secret: other } = await make({ name: 'other' });
      const held = [];
      for (let n = 0; n < 3; n += 1) held.push((await second.predict(other, 'acme/one', input)).status);
      expect(held).toEqual([200, 200, 429]);
      // Another organization does not notice.
      expect((await send('/graphql', owner, { query: '{ viewer { organization { handle } } }' })).headers.has('ratelimit')).toBe(false);
      await first.graphql(first.operatorKey, 'mutation { setOrganizationLimit(handle: "shop") { requestsPerMinute } }');
    }, 30_000);

    it('lets a key for publishing publish what it is for, and do nothing else', async () => {
      expect((await first.cli(owner, 'keys', 'create', 'ci', '--for', 'publishing')).stderr).toContain('Say which models');
      const { secret: ci } = await makeByCommand(owner, 'ci', '--for', 'publishing', '--models', 'acme/one');
      await first.publish(ci, await writeEchoPackage({ name: 'one', version: '1.1.0', amount: '0.001' }));
      for (const name of ['two', 'three']) {
        const { code, stdout, stderr } = await first.cli(ci, 'publish', await writeEchoPackage({ name, version: '1.1.0', amount: '0.001' }));
        expect([code === 0, stdout + stderr]).toEqual([false, expect.stringContaining(`not for acme/${name}, only for acme/one`)]);
      }
      expect((await second.predict(ci, 'acme/one', input)).body.error.code).toBe('IDENTITY.FORBIDDEN');
      for (const operation of ['releaseVersion(input: { model: "one", version: "1.1.0" }) { name }', 'setModelVisibility(input: { model: "one", visibility: PRIVATE }) { id }']) {
        const { errors } = await first.graphqlRaw(ci, `mutation { ${operation} }`);
        expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['IDENTITY.FORBIDDEN']);
      }
      const wide = await first.graphqlRaw(owner, 'mutation { createApiKey(input: { name: "x", scopes: ["models:publish"], models: ["acme/one"] }) { secret } }');
      expect(wide.errors?.[0]?.extensions?.['code']).toBe('IDENTITY.SCOPES_BEYOND_MODELS');
    }, 60_000);

    it('ends a key everywhere within a second, and what was begun with it', async () => {
      const revoked = await make({ name: 'revoked' });
      const rotated = await make({ name: 'rotated' });
      for (const { secret } of [revoked, rotated]) expect((await second.predict(secret, 'acme/one', input)).status).toBe(200);
      const query = 'subscription { channelChanges(ref: "acme/one") { name } }';
      const running = subscribe(second.url, revoked.secret, { query, forMs: 5_000 });
      await new Promise((begun) => setTimeout(begun, 300));

      const beganMs = performance.now();
      await first.graphql(consumer, 'mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: revoked.apiKey.id });
      const ended = running.then((answer) => ({ ...answer, afterMs: performance.now() - beganMs }));
      const revokedMs = await msUntilRefused(second, revoked.secret);
      const { errors, afterMs } = await ended;
      expect(errors?.[0]?.extensions?.['code']).toBe('IDENTITY.KEY_REVOKED');
      const { rotateApiKey } = await first.graphql(consumer, 'mutation ($id: ID!) { rotateApiKey(input: { id: $id, overlapHours: 0 }) { secret } }', { id: rotated.apiKey.id });
      const rotatedMs = await msUntilRefused(second, rotated.secret);
      expect((await second.predict(rotateApiKey.secret, 'acme/one', input)).status).toBe(200);
      console.log(`refused on the other server ${revokedMs.toFixed(0)} ms after the answer to a revocation and ${rotatedMs.toFixed(0)} ms after that to a rotation; a subscription ended ${afterMs.toFixed(0)} ms after the revocation was sent`);
      for (const ms of [revokedMs, rotatedMs, afterMs]) expect(ms).toBeLessThan(REVOKED_WITHIN_MS);
    }, 30_000);

    it('ends what was begun with a key within a second of its expiry', async () => {
      const expiresAtMs = Date.now() + 4_000;
      const { secret } = await make({ name: 'short', expiresAt: new Date(expiresAtMs).toISOString() });
      const { events, errors } = await subscribe(second.url, secret, { query: 'subscription { channelChanges(ref: "acme/one") { name } }', forMs: 15_000 });
      const afterMs = Date.now() - expiresAtMs;
      expect([events.length, errors?.[0]?.extensions?.['code']]).toEqual([1, 'IDENTITY.KEY_EXPIRED']);
      expect(afterMs).toBeLessThan(REVOKED_WITHIN_MS);
    }, 30_000);

    it('ends what a member follows, by session or by a key of theirs, within a second of their removal', async () => {
      const [boss, guest] = [await signIn('owner@shop.example'), await signIn('guest@shop.example')];
      const { inviteMember } = await first.graphql<{ inviteMember: { link: string } }>(boss, 'mutation { inviteMember(input: { email: "guest@shop.example", role: ADMIN }) { link } }');
      await first.graphql(guest, 'mutation ($token: String!) { acceptInvitation(token: $token) { role } }', { token: inviteMember.link.slice(inviteMember.link.lastIndexOf('/') + 1) });
      const { createApiKey } = await first.graphql<{ createApiKey: MadeKey }>(guest, 'mutation { createApiKey(input: { name: "guest", scopes: ["usage:read", "balance:read"] }) { secret } }');
      const queries = ['subscription { usageArrivals { currency } }', 'subscription { balanceChanges { currency } }'];
      const running = [guest, createApiKey.secret].flatMap((shown) => queries.map((query) => subscribe(second.url, shown, { query, forMs: 5_000 })));
      await new Promise((begun) => setTimeout(begun, 300));

      const { viewer } = await first.graphql<{ viewer: { organization: { members: { id: string; email: string }[] } } }>(boss, '{ viewer { organization { members { id email } } } }');
      const beganMs = performance.now();
      await first.graphql(boss, 'mutation ($id: ID!) { removeMember(memberId: $id) }', { id: viewer.organization.members.find(({ email }) => email === 'guest@shop.example')!.id });
      const answers = await Promise.all(running);
      const tookMs = performance.now() - beganMs;
      expect(answers.map(({ errors }) => errors?.[0]?.extensions?.['code'])).toEqual([...queries.map(() => 'IDENTITY.NOT_A_MEMBER'), ...queries.map(() => 'GRAPHQL.SUBSCRIPTION_OUTLIVED')]);
      expect(tookMs).toBeLessThan(REVOKED_WITHIN_MS);
    }, 30_000);

    /** Somebody's session token, by the way that browsers go. */
    async function signIn(email: string): Promise<string> {
      const { browser } = await signInAs(email, `${first.url}/auth/sign-in`);
      return /\bsteelyard=([^;]+)/.exec(browser.cookieFor(browser.url))![1]!;
    }

    it('goes on serving those it knows while an address floods it with wrong keys', async () => {
      const fresh = (await make({ name: 'fresh' })).secret;
      const beganMs = performance.now();
      let flooding = true;
      const refusals = new Map<number, number>();
      const flood = async () => {
        for (let refused = 0; refused < REFUSALS_EACH; ) {
          const { status } = await second.predict(wrongKey(), 'acme/one', input);
          refusals.set(status, (refusals.get(status) ?? 0) + 1);
          if (status === 429) refused += 1;
        }
      };
      const served: { status: number; ms: number }[] = [];
      const serve = async () => {
        while (flooding) {
          const sentMs = performance.now();
          const { status } = await second.predict(consumer, 'acme/one', input);
          served.push({ status, ms: performance.now() - sentMs });
        }
      };
      const floods = Promise.all(Array.from({ length: FLOODERS }, flood)).finally(() => (flooding = false));
      await Promise.all([floods, serve()]);
      const cameBack = (FAILURES_PER_MINUTE * (performance.now() - beganMs)) / 60_000;
      const slowest = Math.max(...served.map(({ ms }) => ms));
      console.log(`while ${[...refusals].map(([status, count]) => `${count} requests got ${status}`).join(' and ')}, ${served.length} calls of another were served, the slowest in ${slowest.toFixed(0)} ms`);
      expect([...refusals.keys()].sort()).toEqual([401, 429]);
      // As many as the limit, those that come back meanwhile, and those that were on their way.
      expect(refusals.get(401)).toBeLessThanOrEqual(FAILURES_PER_MINUTE + cameBack + FLOODERS);
      expect(served.length).toBeGreaterThan(0);
      expect(served.filter(({ status }) => status !== 200)).toEqual([]);
      // A key that nobody has shown there waits; anywhere else it is good.
      const metrics = fetch(`${second.url}/metrics`, { headers: { authorization: `Bearer ${fresh}` } });
      expect((await second.predict(fresh, 'acme/one', input)).body.error.code).toBe('IDENTITY.TRIES_USED_UP');
      expect((await metrics).status).toBe(429);
      expect((await first.predict(fresh, 'acme/one', input)).status).toBe(200);
    }, 30_000);

    async function msUntilRefused(server: RunningPlatform, key: string): Promise<number> {
      for (const beganMs = performance.now(); ; ) {
        const { status } = await server.predict(key, 'acme/one', input);
        const afterMs = performance.now() - beganMs;
        if (status === 401 || afterMs > 10_000) return afterMs;
      }
    }
  },
  [embeddedTestServer],
);

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A key of the right form and checksum, of which there is none. */
function wrongKey(): string {
  const digits = [...randomBytes(56)].map((byte) => DIGITS[byte % 62]).join('');
  const body = `sy_live_${digits.slice(0, 13)}_${digits.slice(13)}`;
  let rest = crc32(body);
  let check = '';
  for (let place = 0; place < 6; place += 1, rest = Math.floor(rest / 62)) check = DIGITS[rest % 62]! + check;
  return body + check;
}

/** The status of a call that announces a body and does not send it. */
function statusWithoutBody(url: string, key: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  return new Promise((done, failed) => {
    socket.once('error', failed).setTimeout(5_000, () => failed(new Error('the server waits for the body'))).once('data', (head) => {
      socket.destroy();
      done(Number(head.toString().split(' ')[1]));
    });
    socket.write(`POST /v1/predict/acme/one HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 10000000\r\n\r\n`);
  });
}
