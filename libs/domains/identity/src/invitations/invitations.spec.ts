import { beforeAll, expect, it } from '@jest/globals';
import { newId, PLATFORM_ACTOR_ID, type Caller, type Identified, type Role } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { openTown, tokenOf, type Town } from '../organizations/town.fixture.js';
import { mintInvitationToken } from './invitation.js';

const code = (name: string, kind?: string) => expect.objectContaining({ code: `IDENTITY.${name}`, ...(kind && { kind }) });
const DAY_MS = 86_400_000;

describeDatabase('invitations', (context) => {
  let town: Town;

  beforeAll(() => {
    town = openTown(context.database());
  });

  const invite = async (by: Identified, email: string, role: Role = 'developer') => {
    const { invitation, link } = await town.invite.invite(by.caller, { email, role });
    return { ...invitation, link, token: tokenOf(link) };
  };
  const states = async ({ caller }: Identified) => (await town.findInvitation.ofOrganization(caller, caller!.organizationId)).map(({ email, acceptedAt, revokedAt }) => [email, acceptedAt !== null, revokedAt !== null]);

  it('make the person with the address a member, with the role that they offer', async () => {
    const { owner } = await town.organization();
    const guest = await town.person();
    const { link, token } = await invite(owner, guest.email.toUpperCase(), 'billing');
    expect(link).toMatch(/^https:\/\/steelyard\.example\/invitations\/[A-Za-z0-9_-]{43}$/);
    expect(await town.findInvitation.byToken(undefined, token)).toMatchObject({ email: guest.email, role: 'billing', state: 'open', forYou: false, organizationName: 'Organization' });
    expect(await town.findInvitation.byToken(guest, token)).toMatchObject({ forYou: true });
    expect(await town.accept.accept(guest, token)).toMatchObject({ organization: { id: owner.caller!.organizationId }, role: 'billing' });
    expect(await town.find.members(owner.caller, owner.caller!.organizationId)).toContainEqual(expect.objectContaining({ email: guest.email, role: 'billing', joined: true, name: guest.name }));
    expect(await town.findInvitation.byToken(guest, token)).toMatchObject({ state: 'accepted' });
  });

  it('store nothing that would let anybody in', async () => {
    const { owner } = await town.organization();
    const { token } = await invite(owner, 'guest@example.org');
    const { rows } = await context.database().pool.query<{ text: string }>("SELECT row_to_json(i)::text || encode(token_hash, 'escape') AS text FROM invitation i");
    expect(rows.map(({ text }) => text).join()).not.toContain(token);
  });

  it('are good for one person once, who may open the link again', async () => {
    const { owner } = await town.organization();
    const [guest, other] = [await town.person(), await town.person()];
    const { token } = await invite(owner, guest.email);
    for (const wrong of [other, owner.person!]) await expect(town.accept.accept(wrong, token)).rejects.toThrow(code('INVITATION_FOR_ANOTHER', 'forbidden'));
    expect(await states(owner)).toEqual([[guest.email, false, false]]);
    const first = await town.accept.accept(guest, token);
    expect(await town.accept.accept(guest, token)).toEqual(first);
    await expect(town.accept.accept(other, token)).rejects.toThrow(code('INVITATION_FOR_ANOTHER'));
    const member = (await town.find.members(owner.caller, owner.caller!.organizationId)).find(({ email }) => email === guest.email)!;
    await town.remove.remove(owner.caller, member.id);
    await expect(town.accept.accept(guest, token)).rejects.toThrow(code('INVITATION_USED', 'conflict'));
  });

  it('make one member of somebody who accepts many times at once', async () => {
    const { owner } = await town.organization();
    const guest = await town.person();
    const { token } = await invite(owner, guest.email);
    const joined = await Promise.all(Array.from({ length: 5 }, () => town.accept.accept(guest, token)));
    expect(new Set(joined.map(({ role }) => role))).toEqual(new Set(['developer']));
    expect(await town.find.members(owner.caller, owner.caller!.organizationId)).toHaveLength(2);
  });

  it('are not accepted by an address that nobody vouches for, nor by nobody', async () => {
    const { owner } = await town.organization();
    const claimed = await town.person(`claimed-${newId()}@example.org`, false);
    const { token } = await invite(owner, claimed.email);
    await expect(town.accept.accept(claimed, token)).rejects.toThrow(code('EMAIL_UNVERIFIED', 'forbidden'));
    await expect(town.accept.accept(undefined, token)).rejects.toThrow(code('SIGN_IN_NEEDED', 'unauthenticated'));
    expect(await states(owner)).toEqual([[claimed.email, false, false]]);
  });

  it('say what became of them: revoked, expired, never there', async () => {
    const { owner } = await town.organization();
    const guest = await town.person();
    const revoked = await invite(owner, guest.email);
    await town.revoke.revoke(owner.caller, revoked.id);
    await expect(town.accept.accept(guest, revoked.token)).rejects.toThrow(code('INVITATION_REVOKED', 'conflict'));
    const { token, expiresAt, createdAt } = await invite(owner, guest.email);
    expect(Math.round((expiresAt.getTime() - createdAt.getTime()) / DAY_MS)).toBe(7);
    const late = openTown(context.database());
    late.accept.clock = late.findInvitation.clock = { nowMs: () => expiresAt.getTime() };
    await expect(late.accept.accept(guest, token)).rejects.toThrow(code('INVITATION_EXPIRED', 'conflict'));
    expect(await late.findInvitation.byToken(guest, token)).toMatchObject({ state: 'expired' });
    for (const unknown of [mintInvitationToken(), '', 'x'.repeat(10_000)]) {
      await expect(town.accept.accept(guest, unknown)).rejects.toThrow(code('INVITATION_NOT_FOUND', 'not-found'));
      expect(await town.findInvitation.byToken(guest, unknown)).toBeNull();
    }
  });

  it('are refused for members, and replaced by newer ones to the same address', async () => {
    const { owner, join } = await town.organization();
    const member = await join('viewer');
    await expect(invite(owner, member.person!.email)).rejects.toThrow(code('ALREADY_MEMBER', 'conflict'));
    const guest = await town.person();
    const [older, newer] = [await invite(owner, guest.email, 'viewer'), await invite(owner, guest.email, 'admin')];
    await expect(town.accept.accept(guest, older.token)).rejects.toThrow(code('INVITATION_REVOKED'));
    expect(await town.accept.accept(guest, newer.token)).toMatchObject({ role: 'admin' });
    await expect(invite(owner, 'nobody')).rejects.toThrow(code('EMAIL_INVALID', 'invalid'));
  });

  it('to be owners come from owners who are signed in, and are theirs alone to end', async () => {
    const { owner, join } = await town.organization();
    const admin = await join('admin');
    const key: Identified = { caller: { ...owner.caller!, actorId: 'somekey' } };
    const email = `boss-${newId()}@example.org`;
    for (const by of [admin, key]) await expect(invite(by, email, 'owner')).rejects.toThrow(code('OWNERS_ONLY', 'forbidden'));
    const { id } = await invite(owner, email, 'owner');
    for (const by of [admin, key]) {
      await expect(invite(by, email, 'viewer')).rejects.toThrow(code('OWNERS_ONLY'));
      await expect(town.revoke.revoke(by.caller, id)).rejects.toThrow(code('OWNERS_ONLY'));
    }
    expect(await states(owner)).toContainEqual([email, false, false]);
    expect(await invite(key, 'program@example.org', 'viewer')).toMatchObject({ role: 'viewer', actorId: 'somekey' });
  });

  it('end with the right of who made them to invite to that role, as if they were revoked', async () => {
    const { owner, join } = await town.organization();
    const [admin, second] = [await join('admin'), await join('owner')];
    const [guest, boss, late] = [await town.person(), await town.person(), await town.person()];
    const memberId = async ({ person }: Identified) => (await town.find.members(owner.caller, owner.caller!.organizationId)).find(({ email }) => email === person!.email)!.id;
    const [byAdmin, toOwn, toManage] = [await invite(admin, guest.email, 'admin'), await invite(second, boss.email, 'owner'), await invite(second, late.email, 'admin')];
    await town.changeRole.change(owner.caller, { memberId: await memberId(second), role: 'admin' });
    await expect(town.accept.accept(boss, toOwn.token)).rejects.toThrow(code('INVITATION_REVOKED', 'conflict'));
    expect(await town.accept.accept(late, toManage.token)).toMatchObject({ role: 'admin' });
    await town.changeRole.change(owner.caller, { memberId: await memberId(admin), role: 'developer' });
    await expect(town.accept.accept(guest, byAdmin.token)).rejects.toThrow(code('INVITATION_REVOKED'));
    await town.remove.remove(owner.caller, await memberId(admin));
    await expect(town.accept.accept(guest, byAdmin.token)).rejects.toThrow(code('INVITATION_REVOKED'));
    expect(await town.findInvitation.byToken(guest, byAdmin.token)).toMatchObject({ state: 'revoked' });
    expect((await town.find.members(owner.caller, owner.caller!.organizationId)).map(({ email }) => email)).toEqual([owner, second].map(({ person }) => person!.email).concat(late.email));
  });

  it('made by a key are good while it is not revoked, and who made it manages the organization', async () => {
    const { owner, join } = await town.organization();
    const admin = await join('admin');
    const keyOf = async ({ caller }: Identified) => (await town.createApiKey.create(caller, { name: 'key', scopes: ['organization:manage'] })).apiKey.id;
    const as = (actorId: string): Identified => ({ caller: { ...owner.caller!, actorId } });
    const [good, revoked, ofAdmin] = [await keyOf(owner), await keyOf(owner), await keyOf(admin)];
    await town.revokeApiKey.revoke(owner.caller, revoked);
    const made = [];
    for (const actorId of [good, PLATFORM_ACTOR_ID, revoked, ofAdmin, 'somekey']) {
      const guest = await town.person();
      made.push({ guest, ...(await invite(as(actorId), guest.email, 'admin')) });
    }
    await town.leave.leave(admin);
    const outcomes = await Promise.allSettled(made.map(({ guest, token }) => town.accept.accept(guest, token)));
    const refused = { status: 'rejected', reason: code('INVITATION_REVOKED') };
    expect(outcomes).toEqual([...Array(2).fill(expect.objectContaining({ status: 'fulfilled' })), refused, refused, refused]);
  });

  it('cannot be revoked once accepted, nor by another organization', async () => {
    const [{ owner }, stranger] = [await town.organization(), await town.organization()];
    const guest = await town.person();
    const { id, token } = await invite(owner, guest.email);
    const revoke = (by: Caller, which = id) => town.revoke.revoke(by, which);
    for (const unknown of [id, newId(), 'nothing']) await expect(revoke(stranger.owner.caller!, unknown)).rejects.toThrow(code('INVITATION_NOT_FOUND', 'not-found'));
    expect(await town.findInvitation.ofOrganization(stranger.owner.caller, owner.caller!.organizationId)).toEqual([]);
    await town.accept.accept(guest, token);
    await expect(revoke(owner.caller!)).rejects.toThrow(code('INVITATION_USED', 'conflict'));
  });

  it('are a hundred at a time at most', async () => {
    const { owner } = await town.organization();
    await Promise.all(Array.from({ length: 100 }, (_, n) => invite(owner, `guest-${n}@example.org`)));
    await expect(invite(owner, 'one-more@example.org')).rejects.toThrow(code('INVITATIONS_FULL', 'conflict'));
    await expect(invite(owner, 'guest-7@example.org')).resolves.toBeDefined();
  });
});
