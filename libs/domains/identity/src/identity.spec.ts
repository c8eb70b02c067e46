import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, OPERATOR_SCOPE, PERMISSIONS, PLATFORM_ORGANIZATION_ID, type Caller, type Scope } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { FormerPeople } from './account/former-people.js';
import { CreateApiKey } from './create-api-key.js';
import { CreateOrganization } from './create-organization.js';
import { FindOrganization } from './find-organization.js';
import { Identity } from './identity.js';
import { KeyDirectory } from './keys/key-directory.js';
import { LastUse } from './keys/last-use.js';
import { checksum, mintApiKey } from './keys/api-key-format.js';
import { Peppers } from './keys/peppers.js';
import { IdentifyPerson } from './people/identify-person.js';
import { MembershipDirectory } from './people/membership-directory.js';
import { RenewSession } from './people/renew-session.js';
import { SessionDirectory } from './people/session-directory.js';
import { SessionUse } from './people/session-use.js';
import { RequestLimits } from './limits/request-limits.js';
import { NO_LIMITS } from './organizations/town.fixture.js';
import { RevokeApiKey } from './revoke-api-key.js';
import { FrontDoor } from './sign-in/front-door.js';
import { IssuerClient } from './sign-in/issuer/issuer-client.js';

const PEPPER = 'pepper-of-these-specs-0123456789abcdef';
const operator: Caller = { organizationId: PLATFORM_ORGANIZATION_ID, organizationHandle: 'platform', actorId: 'operator', scopes: new Set<Scope>([OPERATOR_SCOPE]) };

/** Identity of one server, with people whom nobody asks for here. */
function identityOf(database: Database, peppers: Peppers, keys: KeyDirectory, lastUse: LastUse): Identity {
  const door = new FrontDoor();
  const sessions = new SessionDirectory(database.pool);
  const renewal = new RenewSession(database, peppers, sessions, new IssuerClient(door), door, silentLogger);
  const people = new IdentifyPerson(database, sessions, new MembershipDirectory(database.pool), new SessionUse(database.pool, silentLogger), renewal, { sessionIdleDays: 7 });
  return new Identity(database, peppers, keys, lastUse, people, door, new RequestLimits(NO_LIMITS));
}

/** One server's identity: its own cache and its own ear on the database. */
function serverOn(database: Database, peppers = new Peppers([PEPPER])) {
  const keys = new KeyDirectory(database.pool);
  const lastUse = new LastUse(database.pool, silentLogger);
  return {
    identity: identityOf(database, peppers, keys, lastUse),
    keys,
    lastUse,
    createApiKey: new CreateApiKey(database, peppers),
    revokeApiKey: new RevokeApiKey(database, keys),
    createOrganization: new CreateOrganization(database, peppers, { signUp: 'everyone' }, silentLogger, new FormerPeople(peppers)),
    find: new FindOrganization(database),
  };
}

type Server = ReturnType<typeof serverOn>;

let handles = 0;

async function openOrganization(server: Server) {
  const handle = `org-${(handles += 1)}`;
  const created = await server.createOrganization.create(operator, { handle, name: handle, ownerEmail: 'Owner@Example.org' });
  return { ...created, handle, caller: await server.identity.authenticateKey(created.secret) };
}

const code = (name: string, kind?: string) => expect.objectContaining({ code: `IDENTITY.${name}`, ...(kind && { kind }) });

/** Waits until what `attempt` gives satisfies `done`; gives how long it took. */
async function until<T>(attempt: () => Promise<T>, done: (value: T) => boolean): Promise<number> {
  const startedAt = performance.now();
  while (!done(await attempt())) {
    if (performance.now() - startedAt > 5_000) throw new Error('not within five seconds');
    await new Promise((resolve) => setImmediate(resolve));
  }
  return performance.now() - startedAt;
}

describeDatabase('identity', (context) => {
  const database = () => context.database();
  let server: Server;

  beforeAll(async () => {
    server = serverOn(database());
    await server.identity.onModuleInit();
  });

  afterAll(() => server.identity.onModuleDestroy());

  it('opens an organization with an owner and a key that may do everything in it', async () => {
    const { organization, handle, secret, caller } = await openOrganization(server);
    expect(organization).toMatchObject({ handle, name: handle });
    expect(caller).toMatchObject({ organizationId: organization.id, organizationHandle: handle });
    expect([...caller.scopes].sort()).toEqual([...PERMISSIONS].sort());
    expect(await server.find.members(caller, organization.id)).toEqual([expect.objectContaining({ email: 'owner@example.org', role: 'owner' })]);
    expect(await server.identity.identify({ authorization: `Bearer ${secret}` })).toEqual({ caller });
    expect(await server.identity.identify({})).toEqual({});
  });

  it('stores nothing of a key that would let anybody in', async () => {
    const { secret } = await openOrganization(server);
    const { rows } = await database().pool.query<{ text: string }>("SELECT row_to_json(k)::text || encode(secret_hmac, 'escape') AS text FROM api_key k");
    const parts = secret.split('_');
    expect(rows.map(({ text }) => text).join()).not.toContain(parts[3]);
  });

  it('refuses a handle that is taken, reserved or badly formed, and leaves nothing behind', async () => {
    const { handle } = await openOrganization(server);
    const open = (wanted: string, ownerEmail = 'a@b.de', name = 'x') => server.createOrganization.create(operator, { handle: wanted, name, ownerEmail });
    await expect(open(handle)).rejects.toThrow(code('HANDLE_TAKEN', 'conflict'));
    for (const reserved of ['platform', 'admin', 'graphql', 'v1']) await expect(open(reserved)).rejects.toThrow(code('HANDLE_RESERVED'));
    for (const bad of ['', 'a', 'Acme', '-acme', 'acme-', 'ac--me', 'ac me', 'a/b', 'x'.repeat(65), 'ä']) await expect(open(bad)).rejects.toThrow(code('HANDLE_INVALID'));
    for (const email of ['', 'nobody', 'a@b', '@b.de', 'a b@c.de', `${'x'.repeat(65)}@b.de`]) await expect(open(`org-${newId()}`, email)).rejects.toThrow(code('EMAIL_INVALID'));
    await expect(open(`org-${newId()}`, 'a@b.de', ' ')).rejects.toThrow(code('NAME_INVALID'));
  });

  it('lets one of many who ask for a handle at once have it', async () => {
    const attempts = Array.from({ length: 5 }, () => server.createOrganization.create(operator, { handle: 'wanted', name: 'x', ownerEmail: 'a@b.de' }));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toEqual(code('HANDLE_TAKEN'));
  });

  it('refuses what is no key without a query, and a key that nobody has with one', async () => {
    const { secret } = await openOrganization(server);
    const typo = secret.slice(0, 30) + (secret[30] === 'x' ? 'y' : 'x') + secret.slice(31);
    for (const bad of ['', 'x', 'sy_live_', typo, `${secret}0`]) await expect(server.identity.authenticateKey(bad)).rejects.toThrow(code('KEY_MALFORMED', 'unauthenticated'));
    await expect(server.identity.authenticateKey(mintApiKey().text)).rejects.toThrow(code('KEY_UNKNOWN', 'unauthenticated'));
    await expect(server.identity.identify({ authorization: 'Basic eDp5' })).rejects.toMatchObject({ code: 'HTTP.AUTHORIZATION_INVALID' });
  });

  it('refuses a made-up secret under a real id in the words it has for an unknown id, revoked or not', async () => {
    const { secret, caller } = await openOrganization(server);
    const id = secret.slice(8, 21);
    const forged = forge(id);
    await expect(server.identity.authenticateKey(forged)).rejects.toThrow(code('KEY_UNKNOWN'));
    await server.revokeApiKey.revoke(caller, id);
    await expect(server.identity.authenticateKey(forged)).rejects.toThrow(code('KEY_UNKNOWN'));
    await expect(server.identity.authenticateKey(secret)).rejects.toThrow(code('KEY_REVOKED'));
  });

  it('asks the database once for many calls, and once for many guesses that come together', async () => {
    const { secret } = await openOrganization(server);
    let queries = 0;
    const counting = { query: (...args: unknown[]) => { queries += 1; return (database().pool.query as (...all: unknown[]) => unknown)(...args); } };
    const keys = new KeyDirectory(counting as unknown as Database['pool']);
    const identity = identityOf(database(), new Peppers([PEPPER]), keys, server.lastUse);
    await Promise.all(Array.from({ length: 50 }, () => identity.authenticateKey(secret)));
    for (let call = 0; call < 50; call += 1) await identity.authenticateKey(secret);
    expect(queries).toBe(1);
    const guesses = Array.from({ length: 400 }, () => mintApiKey().text);
    for (let round = 0; round < 2; round += 1) await Promise.allSettled(guesses.map((guess) => identity.authenticateKey(guess)));
    expect(queries).toBe(2);
  });

  it('keeps real keys however many guesses come', async () => {
    const { secret } = await openOrganization(server);
    const keys = new KeyDirectory(database().pool, { sizeMax: 10 });
    const identity = identityOf(database(), new Peppers([PEPPER]), keys, server.lastUse);
    await identity.authenticateKey(secret);
    await Promise.allSettled(Array.from({ length: 100 }, () => identity.authenticateKey(mintApiKey().text)));
    expect(keys.remembered(secret.slice(8, 21))).toBeDefined();
  });

  it('believes what it found for no longer than it is told to', async () => {
    const { secret, caller } = await openOrganization(server);
    const deaf = identityOf(database(), new Peppers([PEPPER]), new KeyDirectory(database().pool, { keepMs: 50 }), server.lastUse);
    await deaf.authenticateKey(secret);
    await database().pool.query('UPDATE api_key SET revoked_at = now() WHERE id = $1', [caller.actorId]);
    await until(() => deaf.authenticateKey(secret).then(() => 'good', (error: { code: string }) => error.code), (outcome) => outcome === 'IDENTITY.KEY_REVOKED');
  });

  it('ends a revoked key on other servers within a moment', async () => {
    const other = serverOn(database());
    await other.identity.onModuleInit();
    const { caller } = await openOrganization(server);
    const times: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const { secret, apiKey } = await server.createApiKey.create(caller, { name: 'short-lived', scopes: ['predict'] });
      expect(await other.identity.authenticateKey(secret)).toMatchObject({ actorId: apiKey.id });
      await server.revokeApiKey.revoke(caller, apiKey.id);
      await expect(server.identity.authenticateKey(secret)).rejects.toThrow(code('KEY_REVOKED'));
      const attempt = () => other.identity.authenticateKey(secret).then(() => 'good', (error: { code: string }) => error.code);
      times.push(await until(attempt, (outcome) => outcome === 'IDENTITY.KEY_REVOKED'));
    }
    await other.identity.onModuleDestroy();
    expect(Math.max(...times)).toBeLessThan(1_000);
    console.info(`revocation heard by another server after ${median(times).toFixed(1)} ms (median), ${Math.max(...times).toFixed(1)} ms (worst of 10)`);
  });

  it('forgets a key that changed while it was being looked up', async () => {
    const { secret, caller } = await openOrganization(server);
    const id = secret.slice(8, 21);
    const keys = new KeyDirectory(database().pool);
    const before = keys.find(id);
    await database().pool.query('UPDATE api_key SET revoked_at = now() WHERE id = $1', [caller.actorId]);
    keys.forget(id);
    await before;
    expect((await keys.find(id))?.revoked).toBe(true);
  });

  it('refuses a key from the moment it expires', async () => {
    const { caller } = await openOrganization(server);
    const expiresAt = new Date(Date.now() + 60_000);
    const { secret } = await server.createApiKey.create(caller, { name: 'for a minute', scopes: ['predict'], expiresAt });
    const identity = identityOf(database(), new Peppers([PEPPER]), server.keys, server.lastUse);
    identity.clock = { nowMs: () => expiresAt.getTime() - 1 };
    await identity.authenticateKey(secret);
    expect((await identity.identify({ authorization: `Bearer ${secret}` })).goodUntilMs).toBe(expiresAt.getTime());
    identity.clock = { nowMs: () => expiresAt.getTime() };
    await expect(identity.authenticateKey(secret)).rejects.toThrow(code('KEY_EXPIRED', 'unauthenticated'));
    await expect(server.createApiKey.create(caller, { name: 'late', scopes: ['predict'], expiresAt: new Date(0) })).rejects.toThrow(code('EXPIRY_PAST'));
  });

  it('gives a key no scope that its maker lacks, and nobody the operator’s', async () => {
    const { caller } = await openOrganization(server);
    const { secret } = await server.createApiKey.create(caller, { name: 'manager', scopes: ['keys:manage', 'predict', 'predict'] });
    const manager = await server.identity.authenticateKey(secret);
    expect([...manager.scopes]).toEqual(['keys:manage', 'predict']);
    const create = (by: Caller | undefined, scopes: string[], name = 'x') => server.createApiKey.create(by, { name, scopes });
    await expect(create(manager, ['predict', 'models:publish'])).rejects.toThrow(code('SCOPES_NOT_HELD', 'forbidden'));
    for (const by of [caller, operator]) {
      await expect(create(by, [OPERATOR_SCOPE])).rejects.toThrow(code('SCOPES_INVALID', 'invalid'));
      await expect(create(by, ['predict', 'everything'])).rejects.toThrow(code('SCOPES_INVALID', 'invalid'));
    }
    await expect(create(caller, [])).rejects.toThrow(code('SCOPES_INVALID'));
    await expect(create(caller, ['predict'], '  ')).rejects.toThrow(code('NAME_INVALID'));
    const modest = await server.identity.authenticateKey((await create(caller, ['predict'])).secret);
    await expect(create(modest, ['predict'])).rejects.toThrow(code('FORBIDDEN', 'forbidden'));
    await expect(create(undefined, ['predict'])).rejects.toThrow(code('UNAUTHENTICATED', 'unauthenticated'));
  });

  it('keeps organizations apart', async () => {
    const [ours, theirs] = [await openOrganization(server), await openOrganization(server)];
    const revoke = (by: Caller, id: string) => server.revokeApiKey.revoke(by, id);
    await expect(revoke(theirs.caller, ours.apiKey.id)).rejects.toThrow(code('KEY_NOT_FOUND', 'not-found'));
    await expect(revoke(theirs.caller, 'nothing')).rejects.toThrow(code('KEY_NOT_FOUND', 'not-found'));
    expect(await server.identity.authenticateKey(ours.secret)).toMatchObject({ organizationId: ours.organization.id });
    expect((await server.find.apiKeys(theirs.caller)).map(({ id }) => id)).toEqual([theirs.apiKey.id]);
    expect(await server.find.byHandle(theirs.caller, ours.handle)).toBeNull();
    expect(await server.find.members(theirs.caller, ours.organization.id)).toEqual([]);
    expect(await server.find.byHandle(theirs.caller, theirs.handle)).toMatchObject({ id: theirs.organization.id });
    expect(await server.find.byHandle(operator, ours.handle)).toMatchObject({ id: ours.organization.id });
    await expect(server.createOrganization.create(ours.caller, { handle: 'mine', name: 'x', ownerEmail: 'a@b.de' })).rejects.toThrow(code('FORBIDDEN', 'forbidden'));
  });

  it('revokes once, however often it is asked to', async () => {
    const { caller, apiKey } = await openOrganization(server);
    const first = await server.revokeApiKey.revoke(caller, apiKey.id);
    const second = await server.revokeApiKey.revoke(caller, apiKey.id);
    expect(first.revokedAt).toBeInstanceOf(Date);
    expect(second.revokedAt).toEqual(first.revokedAt);
  });

  it('writes when keys were last used, and never an earlier time over a later', async () => {
    const { caller, secret } = await openOrganization(server);
    const lastUsedAt = async () => (await server.find.apiKeys(caller))[0]!.lastUsedAt?.getTime();
    const identity = identityOf(database(), new Peppers([PEPPER]), server.keys, server.lastUse);
    for (const nowMs of [5_000, 9_000]) {
      identity.clock = { nowMs: () => nowMs };
      await identity.authenticateKey(secret);
    }
    await server.lastUse.write();
    expect(await lastUsedAt()).toBe(9_000);
    server.lastUse.note(caller.actorId, 7_000);
    await server.lastUse.write();
    expect(await lastUsedAt()).toBe(9_000);
  });

  it('says that keys cannot be looked up when the database does not answer, and recovers', async () => {
    const { secret } = await openOrganization(server);
    let broken = true;
    const flaky = { query: (...args: unknown[]) => (broken ? Promise.reject(new Error('gone')) : (database().pool.query as (...all: unknown[]) => unknown)(...args)) };
    const identity = identityOf(database(), new Peppers([PEPPER]), new KeyDirectory(flaky as unknown as Database['pool']), server.lastUse);
    await expect(identity.authenticateKey(secret)).rejects.toThrow(code('LOOKUP_FAILED', 'unavailable'));
    broken = false;
    expect(await identity.authenticateKey(secret)).toBeDefined();
  });

  it('lets a pepper be changed: the old one checks old keys, the new one seals', async () => {
    const { caller, secret } = await openOrganization(server);
    const changed = serverOn(database(), new Peppers(['another-pepper-0123456789abcdefghijkl', PEPPER]));
    expect(await changed.identity.authenticateKey(secret)).toEqual(caller);
    const fresh = await changed.createApiKey.create(caller, { name: 'fresh', scopes: ['predict'] });
    expect(await changed.identity.authenticateKey(fresh.secret)).toMatchObject({ actorId: fresh.apiKey.id });
    await expect(server.identity.authenticateKey(fresh.secret)).rejects.toThrow(code('KEY_UNKNOWN'));
  });

  it('costs microseconds for a key that is remembered', async () => {
    const { secret } = await openOrganization(server);
    const authorization = `Bearer ${secret}`;
    const rounds = 20_000;
    for (let round = 0; round < 2_000; round += 1) await server.identity.identify({ authorization });
    const startedAt = performance.now();
    for (let round = 0; round < rounds; round += 1) await server.identity.identify({ authorization });
    const microseconds = ((performance.now() - startedAt) * 1_000) / rounds;
    console.info(`a check of a remembered key takes ${microseconds.toFixed(1)} µs`);
    expect(microseconds).toBeLessThan(500);
  });
});

/** A key of the right form under somebody else's id: what a stranger can make who has seen an id. */
function forge(id: string): string {
  const body = `sy_live_${id}_${mintApiKey().text.slice(22, 65)}`;
  return body + checksum(body);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
