import { beforeAll, expect, it } from '@jest/globals';
import { newId, type Identified, type Role } from '@steelyard/kernel';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { RenameOrganization } from './rename-organization.js';
import { openTown, type Town } from './town.fixture.js';

const code = (name: string) => expect.objectContaining({ code: `IDENTITY.${name}` });

describeDatabase('members', (context) => {
  let town: Town;

  beforeAll(() => {
    town = openTown(context.database());
  });

  const memberOf = async (who: Identified) => (await town.find.members(who.caller, who.caller!.organizationId)).find(({ you }) => you)!;
  const change = (by: Identified, memberId: string, role: Role) => town.changeRole.change(by.caller, { memberId, role });

  it('are known by name once they have signed in', async () => {
    const { owner, join } = await town.organization();
    const admin = await join('admin');
    const ownerSeen = await town.find.members(owner.caller, owner.caller!.organizationId);
    expect(ownerSeen).toEqual([
      expect.objectContaining({ email: owner.person!.email, name: owner.person!.name, role: 'owner', joined: true, you: true }),
      expect.objectContaining({ email: admin.person!.email, role: 'admin', joined: true, you: false }),
    ]);
  });

  it('manage those below them: owners everybody, admins everybody but owners', async () => {
    const { owner, join } = await town.organization();
    const [admin, developer] = [await join('admin'), await join('developer')];
    const [ownerId, adminId, developerId] = [(await memberOf(owner)).id, (await memberOf(admin)).id, (await memberOf(developer)).id];
    await expect(change(admin, ownerId, 'viewer')).rejects.toThrow(code('OWNERS_ONLY'));
    await expect(change(admin, developerId, 'owner')).rejects.toThrow(code('OWNERS_ONLY'));
    await expect(change(admin, adminId, 'owner')).rejects.toThrow(code('OWNERS_ONLY'));
    await expect(town.remove.remove(admin.caller, ownerId)).rejects.toThrow(code('OWNERS_ONLY'));
    await expect(change(developer, developerId, 'admin')).rejects.toThrow(code('FORBIDDEN'));
    await expect(town.remove.remove(developer.caller, adminId)).rejects.toThrow(code('FORBIDDEN'));
    expect(await change(admin, developerId, 'viewer')).toMatchObject({ id: developerId, role: 'viewer' });
    expect(await change(owner, developerId, 'owner')).toMatchObject({ role: 'owner' });
    await town.remove.remove(owner.caller, adminId);
    expect((await town.find.members(owner.caller, owner.caller!.organizationId)).map(({ id }) => id)).toEqual([ownerId, developerId]);
  });

  it('lose what they may do at once, whatever a server still remembers of them', async () => {
    const { owner, join } = await town.organization();
    const [admin, viewer] = [await join('admin'), await join('viewer')];
    const viewerId = (await memberOf(viewer)).id;
    await change(owner, (await memberOf(admin)).id, 'viewer');
    await expect(change(admin, viewerId, 'admin')).rejects.toThrow(code('FORBIDDEN'));
    await town.remove.remove(owner.caller, (await memberOf(admin)).id);
    await expect(change(admin, viewerId, 'admin')).rejects.toThrow(code('MEMBERSHIP_ENDED'));
    await expect(town.leave.leave(admin)).rejects.toThrow(code('MEMBERSHIP_ENDED'));
  });

  it('always include an owner', async () => {
    const { owner, join } = await town.organization();
    const id = (await memberOf(owner)).id;
    await join('admin');
    await expect(town.leave.leave(owner)).rejects.toThrow(code('LAST_OWNER'));
    await expect(change(owner, id, 'admin')).rejects.toThrow(code('LAST_OWNER'));
    await expect(town.remove.remove(owner.caller, id)).rejects.toThrow(code('LAST_OWNER'));
    expect(await change(owner, id, 'owner')).toMatchObject({ role: 'owner' });
    const second = await join('owner');
    await town.leave.leave(owner);
    await expect(town.leave.leave(second)).rejects.toThrow(code('LAST_OWNER'));
  });

  it('include an owner also after two owners leave, are removed and lose the role at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { owner, join } = await town.organization();
      const second = await join('owner');
      const secondId = (await memberOf(second)).id;
      const ways = [() => town.leave.leave(second), () => town.remove.remove(owner.caller, secondId), () => change(second, secondId, 'admin')];
      const outcomes = await Promise.allSettled([town.leave.leave(owner), ways[round % ways.length]!()]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { rows } = await context.database().pool.query('SELECT FROM member WHERE tenant_id = $1 AND role = $2', [owner.caller!.organizationId, 'owner']);
      expect(rows).toHaveLength(1);
    }
  });

  it('are not managed by API keys as owners', async () => {
    const { owner, join } = await town.organization();
    const developer = await join('developer');
    const key: Identified = { caller: { ...owner.caller!, actorId: 'somekey' } };
    await expect(change(key, (await memberOf(developer)).id, 'owner')).rejects.toThrow(code('OWNERS_ONLY'));
    await expect(town.remove.remove(key.caller, (await memberOf(owner)).id)).rejects.toThrow(code('OWNERS_ONLY'));
    expect(await change(key, (await memberOf(developer)).id, 'billing')).toMatchObject({ role: 'billing' });
    await expect(town.leave.leave(key)).rejects.toThrow(code('SIGN_IN_NEEDED'));
  });

  it('are nobody else’s to manage', async () => {
    const [{ owner }, other] = [await town.organization(), await town.organization()];
    const id = (await memberOf(other.owner)).id;
    for (const unknown of [id, newId(), 'nothing']) {
      await expect(change(owner, unknown, 'viewer')).rejects.toThrow(code('MEMBER_NOT_FOUND'));
      await expect(town.remove.remove(owner.caller, unknown)).rejects.toThrow(code('MEMBER_NOT_FOUND'));
    }
    expect(await town.find.members(owner.caller, other.owner.caller!.organizationId)).toEqual([]);
  });

  it('rename the organization when they manage it, and its handle stays', async () => {
    const { owner, join } = await town.organization();
    const developer = await join('developer');
    expect(await town.rename.rename(owner.caller, '  Acme & Sons ')).toMatchObject({ name: 'Acme & Sons', handle: owner.caller!.organizationHandle });
    await expect(town.rename.rename(developer.caller, 'Mine')).rejects.toThrow(code('FORBIDDEN'));
    await expect(town.rename.rename(owner.caller, ' ')).rejects.toThrow(code('NAME_INVALID'));
  });

  it('tell of the new name once it is there, and keep it when that fails', async () => {
    const { owner } = await town.organization();
    const told: (string | undefined)[] = [];
    const renames = new RenameOrganization(context.database(), silentLogger, async (id) => {
      told.push((await town.find.byHandle(owner.caller, owner.caller!.organizationHandle))?.name);
      throw new TypeError(`nobody listens for ${id}`);
    });
    await expect(renames.rename(owner.caller, 'Acme & Daughters')).resolves.toMatchObject({ name: 'Acme & Daughters' });
    expect(told).toEqual(['Acme & Daughters']);
  });
});
