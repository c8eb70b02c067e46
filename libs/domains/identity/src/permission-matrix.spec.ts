import { beforeAll, expect, it } from '@jest/globals';
import { isAllowed, isForModel, newId, PERMISSIONS, ROLE_PERMISSIONS, ROLES, type Caller, type Identified, type Permission, type Role } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';
import type { KeyModels } from './limits/model-list.js';
import { openTown, type Town } from './organizations/town.fixture.js';

interface Operation {
  readonly needs: Permission;
  run(town: Town, caller: Caller): Promise<unknown>;
}

/** Every use case that asks for a permission. Those that take an id are given one of nothing: who may ask hears that it is not there. */
const operations: Readonly<Record<string, Operation>> = {
  'find the organization': { needs: 'organization:read', run: (town, caller) => town.find.byHandle(caller, caller.organizationHandle) },
  'list members': { needs: 'organization:read', run: (town, caller) => town.find.members(caller, caller.organizationId) },
  'list invitations': { needs: 'organization:manage', run: (town, caller) => town.findInvitation.ofOrganization(caller, caller.organizationId) },
  'list keys': { needs: 'keys:manage', run: (town, caller) => town.find.apiKeys(caller) },
  'make a key': { needs: 'keys:manage', run: (town, caller) => town.createApiKey.create(caller, { name: 'key', scopes: ['keys:manage'] }) },
  'revoke a key': { needs: 'keys:manage', run: (town, caller) => town.revokeApiKey.revoke(caller, 'nothing') },
  'rotate a key': { needs: 'keys:manage', run: (town, caller) => town.rotateApiKey.rotate(caller, { id: 'nothing', overlapHours: 1 }) },
  rename: { needs: 'organization:manage', run: (town, caller) => town.rename.rename(caller, 'Renamed') },
  'change a role': { needs: 'organization:manage', run: (town, caller) => town.changeRole.change(caller, { memberId: newId(), role: 'viewer' }) },
  'remove a member': { needs: 'organization:manage', run: (town, caller) => town.remove.remove(caller, newId()) },
  invite: { needs: 'organization:manage', run: (town, caller) => town.invite.invite(caller, { email: 'guest@example.org', role: 'viewer' }) },
  'revoke an invitation': { needs: 'organization:manage', run: (town, caller) => town.revoke.revoke(caller, newId()) },
};

/** Models by their names, as a catalog has them. */
const MODELS = new Map(['acme/one', 'acme/two', 'globex/one', 'globex/two'].map((ref) => [ref, newId()]));
const models: KeyModels = { idOf: async (_tenantId, ref) => MODELS.get(ref), namesOf: async () => new Map() };

const REFUSED = 'IDENTITY.FORBIDDEN';

/** What an attempt came to: `done`, or the code of what it failed by. */
const outcomeOf = (attempt: Promise<unknown>): Promise<string> => attempt.then(() => 'done', (error: { code: string }) => error.code);

describeDatabase('the permission matrix', (context) => {
  let town: Town;
  const members = {} as Record<Role, Identified>;
  const ids = {} as Record<Role, string>;

  beforeAll(async () => {
    town = openTown(context.database(), { models });
    const { owner, join } = await town.organization();
    // A second owner, so that it is not the rule of the last owner that refuses.
    await join('owner');
    for (const role of ROLES) {
      const { caller } = (members[role] = role === 'owner' ? owner : await join(role));
      ids[role] = (await town.find.members({ ...caller!, scopes: owner.caller!.scopes }, caller!.organizationId)).find(({ you }) => you)!.id;
    }
  });

  const anyRole = fc.constantFrom(...ROLES);

  it.each(Object.entries(operations))('lets members %s exactly where their role has the permission', async (_name, { needs, run }) => {
    for (const role of ROLES) {
      const outcome = await outcomeOf(run(town, members[role].caller!));
      expect([role, outcome === REFUSED]).toEqual([role, !ROLE_PERMISSIONS[role].includes(needs)]);
    }
  });

  it('lets a key do what both its scopes and the role of its maker allow, and nothing else', async () => {
    const property = fc.asyncProperty(anyRole, fc.subarray([...PERMISSIONS], { minLength: 1 }), fc.constantFrom(...Object.keys(operations)), async (role, scopes, name) => {
      const { needs, run } = operations[name]!;
      const caller = await town.identity.authenticateKey(await town.keyOf(ids[role], members[role].caller!.organizationId, scopes));
      const allowed = scopes.filter((scope) => ROLE_PERMISSIONS[role].includes(scope));
      expect([...caller.scopes].sort()).toEqual([...allowed].sort());
      expect((await outcomeOf(run(town, caller))) === REFUSED).toBe(!allowed.includes(needs));
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it('lets a key hand on no scope that it lacks', async () => {
    const someScopes = fc.subarray([...PERMISSIONS], { minLength: 1 });
    const property = fc.asyncProperty(anyRole, someScopes, someScopes, async (role, scopes, wanted) => {
      const { organizationId } = members[role].caller!;
      const caller = await town.identity.authenticateKey(await town.keyOf(ids[role], organizationId, scopes));
      const outcome = await outcomeOf(town.createApiKey.create(caller, { name: 'child', scopes: wanted }));
      const held = wanted.every((scope) => isAllowed(caller, scope));
      expect(outcome).toBe(!caller.scopes.has('keys:manage') ? REFUSED : held ? 'done' : 'IDENTITY.SCOPES_NOT_HELD');
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('keeps a key to the models that it is for, whoever makes it, and gives it no scope that would lead beyond them, nor would a rotation', async () => {
    const beyond: readonly Permission[] = ['models:publish', 'budgets:manage', 'payments:manage', 'keys:manage', 'organization:manage'];
    const someScopes = fc.subarray([...PERMISSIONS], { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(anyRole, someScopes, fc.subarray([...MODELS.keys()]), async (role, scopes, refs) => {
      const maker = members[role].caller!;
      const wish = { name: 'key', scopes, models: refs };
      const mayMake = maker.scopes.has('keys:manage');
      const held = scopes.every((scope) => isAllowed(maker, scope));
      const bounded = refs.length === 0 || !scopes.some((scope) => beyond.includes(scope));
      const outcome = await outcomeOf(town.createApiKey.create(maker, wish));
      expect(outcome).toBe(!mayMake ? REFUSED : !held ? 'IDENTITY.SCOPES_NOT_HELD' : bounded ? 'done' : 'IDENTITY.SCOPES_BEYOND_MODELS');
      if (outcome !== 'done') return;
      const made = await town.createApiKey.create(maker, wish);
      const rotated = await town.rotateApiKey.rotate(maker, { id: made.apiKey.id, overlapHours: 1 });
      for (const { secret } of [made, rotated]) {
        const caller = await town.identity.authenticateKey(secret);
        for (const [ref, id] of MODELS) expect([ref, isForModel(caller, id)]).toEqual([ref, refs.length === 0 || refs.includes(ref)]);
        // What may be done to others' keys and to the organization stays out of reach of a key for some models.
        if (refs.length > 0) for (const permission of beyond) expect(isAllowed(caller, permission)).toBe(false);
      }
    });
    await fc.assert(property, { numRuns: 50, seed: 20_261_130 });
  });

  it('refuses a key for a model that is not there, whoever asks', async () => {
    const { caller } = members.owner;
    await expect(town.createApiKey.create(caller, { name: 'key', scopes: ['predict'], models: ['acme/one', 'acme/none'] })).rejects.toMatchObject({ code: 'IDENTITY.MODELS_UNKNOWN', message: expect.stringContaining('acme/none') });
    await expect(town.createApiKey.create(caller, { name: 'key', scopes: ['predict'], models: Array.from({ length: 101 }, (_none, n) => `acme/m${n}`) })).rejects.toMatchObject({ code: 'IDENTITY.MODELS_TOO_MANY' });
    for (const requestsPerMinute of [0, -1, 1.5, 1e9]) await expect(town.createApiKey.create(caller, { name: 'key', scopes: ['predict'], requestsPerMinute })).rejects.toMatchObject({ code: 'IDENTITY.RATE_INVALID' });
  });

  it('lets nobody make, change or remove an owner but an owner, whoever it is about, themselves too', async () => {
    const property = fc.asyncProperty(anyRole, anyRole, anyRole, fc.boolean(), async (acting, target, wanted, byKey) => {
      const caller = byKey ? { ...members[acting].caller!, actorId: 'somekey' } : members[acting].caller!;
      const manages = ROLE_PERMISSIONS[acting].includes('organization:manage');
      const touchesOwner = target === 'owner' || wanted === 'owner';
      const ownerActs = acting === 'owner' && !byKey;
      const expected = !manages ? REFUSED : touchesOwner && !ownerActs ? 'IDENTITY.OWNERS_ONLY' : 'done';
      expect(await outcomeOf(town.changeRole.change(caller, { memberId: ids[target], role: wanted }))).toBe(expected);
      await context.database().pool.query('UPDATE member SET role = $1 WHERE id = $2', [target, ids[target]]);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});
