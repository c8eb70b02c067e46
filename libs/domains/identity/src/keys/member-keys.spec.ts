import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OPERATOR_SCOPE, PERMISSIONS, PLATFORM_ORGANIZATION_ID, ROLE_PERMISSIONS, type Caller, type Identified, type Role, type Scope } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { storeApiKey } from '../create-api-key.js';
import { openTown, PEPPER, type Town } from '../organizations/town.fixture.js';
import { mintApiKey } from './api-key-format.js';
import { ENDED_KEYS_LISTED, LIVE_KEYS_MAX } from './live-keys.js';
import { Peppers } from './peppers.js';

const code = (name: string, kind?: string) => expect.objectContaining({ code: `IDENTITY.${name}`, ...(kind && { kind }) });
const HOUR_MS = 3_600_000;

describeDatabase('keys of members', (context) => {
  let town: Town;

  beforeAll(async () => {
    town = openTown(context.database());
    await town.identity.onModuleInit();
  });

  afterAll(() => town.identity.onModuleDestroy());

  const make = (by: Identified | Caller, scopes: readonly string[], expiresAt?: Date) =>
    town.createApiKey.create('organizationId' in by ? by : by.caller, { name: 'key', scopes, expiresAt });
  const scopesNow = async (secret: string) => [...(await town.identity.authenticateKey(secret)).scopes].sort();
  const memberId = async ({ caller }: Identified) => (await town.find.members(caller, caller!.organizationId)).find(({ you }) => you)!.id;
  const rotate = (by: Identified | Caller, id: string, overlapHours = 24) => town.rotateApiKey.rotate('organizationId' in by ? by : by.caller, { id, overlapHours });

  /** How long a change of membership takes to reach a server that remembers the key. */
  async function msUntil(secret: string, expected: readonly string[]): Promise<number> {
    const startedAt = performance.now();
    while (JSON.stringify(await scopesNow(secret)) !== JSON.stringify([...expected].sort())) {
      if (performance.now() - startedAt > 5_000) throw new Error('not within five seconds');
      await new Promise((resolve) => setImmediate(resolve));
    }
    return performance.now() - startedAt;
  }

  it('may do what their scopes and the role of their maker both allow, from moment to moment', async () => {
    const { owner, join } = await town.organization();
    const maker = await join('owner');
    const { secret } = await make(maker, PERMISSIONS);
    expect(await scopesNow(secret)).toEqual([...PERMISSIONS].sort());
    const times: number[] = [];
    for (const role of ['developer', 'billing', 'viewer', 'admin', 'owner'] as const) {
      await town.changeRole.change(owner.caller, { memberId: await memberId(maker), role });
      times.push(await msUntil(secret, ROLE_PERMISSIONS[role]));
    }
    await town.remove.remove(owner.caller, await memberId(maker));
    times.push(await msUntil(secret, []));
    expect(Math.max(...times)).toBeLessThan(1_000);
    console.info(`a change of role reached a remembered key after at most ${Math.max(...times).toFixed(1)} ms (of ${times.length})`);
  });

  it('cannot outlive their maker by making others', async () => {
    const { owner, join } = await town.organization();
    const developer = await join('developer');
    const { secret } = await make(developer, ['predict', 'keys:manage']);
    const child = await make(await town.identity.authenticateKey(secret), ['predict', 'keys:manage']);
    const grandchild = await rotate(await town.identity.authenticateKey(child.secret), child.apiKey.id);
    expect([child.apiKey.memberId, grandchild.apiKey.memberId]).toEqual([await memberId(developer), await memberId(developer)]);
    await town.remove.remove(owner.caller, await memberId(developer));
    for (const key of [secret, child.secret, grandchild.secret]) await msUntil(key, []);
    await expect(make(developer, ['predict'])).rejects.toThrow(code('MEMBERSHIP_ENDED', 'forbidden'));
  });

  it('stay dead when their maker comes back', async () => {
    const { owner, join } = await town.organization();
    const developer = await join('developer');
    const { secret } = await make(developer, ['predict']);
    await town.remove.remove(owner.caller, await memberId(developer));
    const { link } = await town.invite.invite(owner.caller, { email: developer.person!.email, role: 'developer' });
    await town.accept.accept(developer.person, link.slice(-43));
    expect(await scopesNow(secret)).toEqual([]);
  });

  it('say who made them to those who may know the members', async () => {
    const { owner, join } = await town.organization();
    const developer = await join('developer');
    const { apiKey } = await make(developer, ['predict']);
    const id = await memberId(developer);
    expect(apiKey.memberId).toBe(id);
    expect((await town.find.membersById(owner.caller, [id])).get(id)).toMatchObject({ email: developer.person!.email });
    const modest = await town.identity.authenticateKey((await make(owner, ['keys:manage'])).secret);
    expect(await town.find.membersById(modest, [id])).toEqual(new Map());
  });

  it('are rotated to keys of the same name, scopes and lifetime, and work on for the overlap', async () => {
    const { owner } = await town.organization();
    const expiresAt = new Date(Date.now() + 100 * HOUR_MS);
    const old = await make(owner, ['predict', 'usage:read'], expiresAt);
    const goodUntilMs = async () => (await town.identity.identify({ authorization: `Bearer ${old.secret}` })).goodUntilMs;
    expect(await goodUntilMs()).toBe(expiresAt.getTime());
    const made = await rotate(owner, old.apiKey.id, 24);
    expect(made.apiKey).toMatchObject({ name: 'key', scopes: ['predict', 'usage:read'], memberId: old.apiKey.memberId, revokedAt: null, rotatedToId: null });
    expect(Math.abs(made.apiKey.expiresAt!.getTime() - expiresAt.getTime())).toBeLessThan(5_000);
    const [, after] = (await town.find.apiKeys(owner.caller));
    expect(after).toMatchObject({ id: old.apiKey.id, rotatedToId: made.apiKey.id, revokedAt: null });
    expect(Math.abs(after!.expiresAt!.getTime() - Date.now() - 24 * HOUR_MS)).toBeLessThan(5_000);
    expect(await goodUntilMs()).toBe(after!.expiresAt!.getTime());
    for (const { secret } of [old, made]) expect(await scopesNow(secret)).toEqual(['predict', 'usage:read']);
  });

  it('end no later for being rotated, and at once without an overlap', async () => {
    const { owner } = await town.organization();
    const soon = new Date(Date.now() + HOUR_MS);
    const short = await make(owner, ['predict'], soon);
    await rotate(owner, short.apiKey.id, 720);
    const ended = await make(owner, ['predict']);
    await scopesNow(ended.secret);
    const made = await rotate(owner, ended.apiKey.id, 0);
    expect(made.apiKey.expiresAt).toBeNull();
    await expect(town.identity.authenticateKey(ended.secret)).rejects.toThrow(code('KEY_REVOKED'));
    const keys = new Map((await town.find.apiKeys(owner.caller)).map((key) => [key.id, key]));
    expect(keys.get(short.apiKey.id)!.expiresAt).toEqual(soon);
  });

  it('are rotated once, also by two at once, and not when they are over', async () => {
    const { owner } = await town.organization();
    const { apiKey } = await make(owner, ['predict']);
    const outcomes = await Promise.allSettled([rotate(owner, apiKey.id), rotate(owner, apiKey.id)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(rotate(owner, apiKey.id)).rejects.toThrow(/rotated already/);
    const revoked = await make(owner, ['predict']);
    await town.revokeApiKey.revoke(owner.caller, revoked.apiKey.id);
    await expect(rotate(owner, revoked.apiKey.id)).rejects.toThrow(code('KEY_NOT_ROTATABLE', 'conflict'));
    const expired = await make(owner, ['predict'], new Date(Date.now() + HOUR_MS));
    const later = openTown(context.database());
    later.rotateApiKey.clock = { nowMs: () => Date.now() + HOUR_MS };
    await expect(later.rotateApiKey.rotate(owner.caller, { id: expired.apiKey.id, overlapHours: 1 })).rejects.toThrow(/has expired/);
    for (const overlapHours of [-1, 721, 0.5, Number.NaN]) await expect(rotate(owner, expired.apiKey.id, overlapHours)).rejects.toThrow(code('OVERLAP_INVALID', 'invalid'));
  });

  it('are rotated by who made them, or who manages the organization, and never to learn a key with more scopes than one’s own', async () => {
    const { owner, join } = await town.organization();
    const stranger = await town.organization();
    const [developer, other] = [await join('developer'), await join('developer')];
    const ofDeveloper = await make(developer, ['predict']);
    await expect(rotate(other, ofDeveloper.apiKey.id)).rejects.toThrow(code('KEY_OF_ANOTHER', 'forbidden'));
    await expect(rotate(stranger.owner, ofDeveloper.apiKey.id)).rejects.toThrow(code('KEY_NOT_FOUND', 'not-found'));
    await expect(rotate(owner, ofDeveloper.apiKey.id)).resolves.toBeDefined();
    const everything = await make(owner, PERMISSIONS);
    const manager = await town.identity.authenticateKey((await make(owner, ['keys:manage', 'predict'])).secret);
    await expect(rotate(manager, everything.apiKey.id)).rejects.toThrow(code('SCOPES_NOT_HELD', 'forbidden'));
    const reader = await join('viewer');
    await expect(rotate(reader, everything.apiKey.id)).rejects.toThrow(code('FORBIDDEN', 'forbidden'));
  });

  it('that somebody was shown by rotating another’s work no longer than they are a member', async () => {
    const { owner, join } = await town.organization();
    const admin = await join('admin');
    const [ofOwner, ofAnother] = [await make(owner, ['predict']), await make(owner, ['predict'])];
    const shown = await rotate(admin, ofOwner.apiKey.id, 0);
    const adminsKey = await town.identity.authenticateKey((await make(admin, ['predict', 'keys:manage', 'organization:manage'])).secret);
    const shownToKey = await rotate(adminsKey, ofAnother.apiKey.id, 0);
    expect([shown.apiKey.memberId, shownToKey.apiKey.memberId]).toEqual([await memberId(admin), await memberId(admin)]);
    expect(await scopesNow(shown.secret)).toEqual(['predict']);
    await town.remove.remove(owner.caller, await memberId(admin));
    for (const { secret } of [shown, shownToKey]) await msUntil(secret, []);
  });

  it('of programs, which no member made, become those of who rotates them; a program leaves a member’s to the member', async () => {
    const { owner, join } = await town.organization();
    const { organizationId: tenantId } = owner.caller!;
    const admin = await join('admin');
    const program = async (scopes: readonly Scope[]) => context.database().withPlatform((tx) => storeApiKey(tx, new Peppers([PEPPER]), { tenantId, name: 'program', scopes }));
    expect((await rotate(admin, (await program(['predict'])).apiKey.id)).apiKey.memberId).toBe(await memberId(admin));
    const managing = await town.identity.authenticateKey((await program(PERMISSIONS)).secret);
    expect((await rotate(managing, (await make(owner, ['predict'])).apiKey.id)).apiKey.memberId).toBe(await memberId(owner));
    expect((await rotate(managing, (await program(['predict'])).apiKey.id)).apiKey.memberId).toBeNull();
  });

  /** So many keys of programs, that work unless they are `over`. */
  const fill = (tenantId: string, many: number, over: { revokedAt?: Date; expiresAt?: Date } = {}) =>
    context.database().withPlatform((tx) =>
      tx.apiKey.createMany({ data: Array.from({ length: many }, () => ({ id: mintApiKey().id, tenantId, name: 'many', secretHmac: new Uint8Array(32), pepperId: 'p', scopes: ['predict'], ...over })) }),
    );

  it('that work are so many and no more, also when several are made at once', async () => {
    const { owner } = await town.organization();
    const { organizationId: tenantId } = owner.caller!;
    await fill(tenantId, 50, { revokedAt: new Date() });
    await fill(tenantId, 50, { expiresAt: new Date(Date.now() - 1) });
    await fill(tenantId, LIVE_KEYS_MAX - 2);
    const first = await make(owner, ['predict']);
    const outcomes = await Promise.allSettled([make(owner, ['predict']), rotate(owner, first.apiKey.id, 1), make(owner, ['predict'])]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toEqual(code('KEYS_FULL', 'conflict'));
  });

  it('can be rotated without an overlap where there is no room for more, and make room by ending', async () => {
    const { owner } = await town.organization();
    await fill(owner.caller!.organizationId, LIVE_KEYS_MAX - 1);
    const last = await make(owner, ['predict']);
    await expect(rotate(owner, last.apiKey.id, 1)).rejects.toThrow(code('KEYS_FULL'));
    const next = await rotate(owner, last.apiKey.id, 0);
    await expect(make(owner, ['predict'])).rejects.toThrow('1000 API keys that work');
    await town.revokeApiKey.revoke(owner.caller, next.apiKey.id);
    await make(owner, ['predict']);
  });

  it('are listed all while they work, and after that those that were made last', async () => {
    const { owner } = await town.organization();
    const { organizationId: tenantId } = owner.caller!;
    const oldest = await make(owner, ['predict']);
    await context.database().withTenant(tenantId, (tx) => tx.apiKey.update({ where: { id: oldest.apiKey.id, tenantId }, data: { createdAt: new Date(0) } }));
    await fill(tenantId, ENDED_KEYS_LISTED, { revokedAt: new Date() });
    await fill(tenantId, 1, { expiresAt: new Date(Date.now() - 1) });
    const newest = await make(owner, ['predict']);
    const listed = await town.find.apiKeys(owner.caller);
    expect(listed).toHaveLength(ENDED_KEYS_LISTED + 2);
    expect(listed.map(({ id }) => id)).toContain(newest.apiKey.id);
    expect(listed.at(-1)!.id).toBe(oldest.apiKey.id);
    const madeAt = listed.map(({ createdAt }) => createdAt.getTime());
    expect(madeAt).toEqual(madeAt.toSorted((a, b) => b - a));
    await town.revokeApiKey.revoke(owner.caller, oldest.apiKey.id);
    expect((await town.find.apiKeys(owner.caller)).map(({ id }) => id)).not.toContain(oldest.apiKey.id);
  });

  it('of the operator are not made by rotation', async () => {
    const platform = { id: PLATFORM_ORGANIZATION_ID, handle: 'platform', name: 'Platform' };
    const id = 'operatorskey0';
    await context.database().withPlatform(async (tx) => {
      await tx.organization.createMany({ data: [platform], skipDuplicates: true });
      await tx.apiKey.create({ data: { id, tenantId: platform.id, name: 'operator', secretHmac: new Uint8Array(32), pepperId: 'p', scopes: [OPERATOR_SCOPE] } });
    });
    const operator: Caller = { organizationId: platform.id, organizationHandle: 'platform', actorId: id, scopes: new Set<Scope>([OPERATOR_SCOPE]) };
    await expect(rotate(operator, id)).rejects.toThrow(code('KEY_NOT_ROTATABLE'));
  });

  it.each<Role>(['owner', 'admin', 'developer', 'billing', 'viewer'])('made by a %s give away no more than the role', async (role) => {
    const { owner, join } = await town.organization();
    const who = role === 'owner' ? owner : await join(role);
    for (const permission of PERMISSIONS) {
      const expected = !ROLE_PERMISSIONS[role].includes('keys:manage') ? 'IDENTITY.FORBIDDEN' : ROLE_PERMISSIONS[role].includes(permission) ? 'made' : 'IDENTITY.SCOPES_NOT_HELD';
      const outcome = await make(who, [permission]).then(() => 'made', (error: { code: string }) => error.code);
      expect([permission, outcome]).toEqual([permission, expected]);
    }
  });
});
