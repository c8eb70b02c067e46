import { beforeEach, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { silentLogger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import type { OpenedOrganization } from '../create-organization.js';
import { Peppers } from '../keys/peppers.js';
import { openTown, PEPPER, type Town } from '../organizations/town.fixture.js';
import { EndSession } from '../people/end-session.js';
import { SessionDirectory } from '../people/session-directory.js';
import { FrontDoor } from '../sign-in/front-door.js';
import type { Reply } from '../sign-in/reply.js';
import { SignOutController } from '../sign-in/sign-out.controller.js';
import type { AccountRecords } from './account-records.js';
import { EraseAccount } from './erase-account.js';
import { ExportAccount } from './export-account.js';
import { FormerPeople } from './former-people.js';

describeDatabase('the account of a person', (context) => {
  let town: Town;
  let removed: string[];
  let given: string[];
  let erasing: EraseAccount;
  let exporting: ExportAccount;

  beforeEach(() => {
    town = openTown(context.database());
    [removed, given] = [[], []];
    const records: AccountRecords = {
      of: async () => ({ reports: ['one'] }),
      remove: async (_tx, personId) => void removed.push(personId),
      wasGivenOnce: async (_tx, personId) => given.includes(personId),
    };
    erasing = new EraseAccount(context.database(), silentLogger, new FormerPeople(new Peppers([PEPPER])), records);
    exporting = new ExportAccount(context.database(), records);
  });

  const openSession = (personId: string) =>
    context.database().withPlatform((tx) =>
      tx.session.create({ data: { id: newId(), tokenHash: Buffer.from(newId()), personId, kind: 'browser', userAgent: 'Firefox', expiresAt: new Date('2100-01-01'), issuerClient: 'portal', refreshToken: Buffer.from('secret') } }),
    );

  it('is exported with memberships, sessions, invitations and what others keep of it, without secrets', async () => {
    const { owner, join } = await town.organization();
    const { person } = await join('developer');
    await openSession(person!.id);
    const exported = (await exporting.run(person!.id)) as Record<string, unknown>;
    const organization = owner.caller!.organizationHandle;
    expect(exported).toMatchObject({
      account: { id: person!.id, email: person!.email },
      memberships: [{ organization, role: 'developer', email: person!.email }],
      sessions: [{ kind: 'browser', userAgent: 'Firefox' }],
      invitations: [{ organization, role: 'developer', acceptedAt: expect.any(Date) }],
      reports: ['one'],
    });
    expect(JSON.stringify(exported)).not.toMatch(/token|secret/i);
  });

  it('says nothing of invitations to an address that is only claimed', async () => {
    const { owner } = await town.organization();
    const { email } = await town.person();
    await town.invite.invite(owner.caller, { email, role: 'viewer' });
    const claiming = await town.person(email, false);
    expect(await exporting.run(claiming.id)).toMatchObject({ invitations: [] });
    await erasing.run(claiming, email);
    expect(await context.database().withPlatform((tx) => tx.invitation.count({ where: { email } }))).toBe(1);
  });

  it('is erased at once, and nothing of it is found any more', async () => {
    const { join } = await town.organization();
    const { person, caller } = await join('admin');
    await town.invite.invite(caller, { email: 'next@example.org', role: 'viewer' });
    await openSession(person!.id);
    await expect(erasing.run(person!, 'somebody@example.org')).rejects.toMatchObject({ code: 'IDENTITY.ACCOUNT_NOT_CONFIRMED' });
    await erasing.run(person!, ` ${person!.email.toUpperCase()} `);
    expect(removed).toEqual([person!.id]);
    const { rows } = await context.database().pool.query<{ n: number }>(
      `SELECT (SELECT count(*) FROM person WHERE id = $1) + (SELECT count(*) FROM session WHERE person_id = $1) + (SELECT count(*) FROM member WHERE person_id = $1 OR email = $2)
        + (SELECT count(*) FROM invitation WHERE email = $2) + (SELECT count(*) FROM audit_entry WHERE changes::TEXT LIKE '%' || $2 || '%' OR reason LIKE '%' || $2 || '%') AS n`,
      [person!.id, person!.email],
    );
    expect(Number(rows[0]!.n)).toBe(0);
    // What they did for the organization stays.
    expect(await context.database().withPlatform((tx) => tx.invitation.count({ where: { actorId: caller!.actorId } }))).toBe(1);
  });

  it('leaves a mark where something was given that nobody is given twice, by which the same identity is known again, and nothing else', async () => {
    const marks = async () => (await context.database().pool.query<{ mark: Buffer }>('SELECT mark FROM former_person')).rows.map(({ mark }) => mark);
    const known = (peppers: readonly [string, ...string[]], identity: { issuer: string; subject: string }) =>
      context.database().withPlatform((tx) => new FormerPeople(new Peppers(peppers)).isOne(tx, identity));
    const before = await marks();
    const [given1, other] = [await town.person(), await town.person()];
    const { issuer, subject } = await context.database().withPlatform((tx) => tx.person.findUniqueOrThrow({ where: { id: given1.id } }));
    given.push(given1.id);
    for (const person of [given1, other]) await erasing.run(person, person.email);
    const after = await marks();
    expect(after).toHaveLength(before.length + 1);
    expect(after.every((mark) => mark.length === 32)).toBe(true);
    expect(await known([PEPPER], { issuer, subject })).toBe(true);
    expect(await known(['a-newer-pepper-0123456789abcdef0123', PEPPER], { issuer, subject })).toBe(true);
    for (const stranger of [{ issuer, subject: `${subject}x` }, { issuer: 'https://other.example', subject }]) expect(await known([PEPPER], stranger)).toBe(false);
    expect(await known(['a-newer-pepper-0123456789abcdef0123'], { issuer, subject })).toBe(false);
    // Whoever comes again is another person, and known once they open an organization.
    const heard: OpenedOrganization[] = [];
    const returned = openTown(context.database(), { opened: async (organization) => void heard.push(organization) });
    const again = newId();
    await context.database().withPlatform((tx) => tx.person.create({ data: { id: again, issuer, subject, email: given1.email, emailVerified: true, name: 'Again' } }));
    await returned.create.open({ ...given1, id: again }, { handle: `org-${newId()}`, name: 'Again' });
    await returned.create.open(await town.person(), { handle: `org-${newId()}`, name: 'New' });
    expect(heard).toEqual([expect.objectContaining({ personId: again, wasGivenOnce: true }), expect.objectContaining({ wasGivenOnce: false })]);
  });

  it('is signed out by a server that has not yet heard that it is gone', async () => {
    const door = new FrontDoor();
    door.open({ publicUrl: new URL('https://steelyard.example/'), development: false });
    const controller = new SignOutController(door, new EndSession(context.database(), new SessionDirectory(context.database().pool)));
    const person = await town.person();
    await openSession(person.id);
    await erasing.run(person, person.email);
    const headers: Record<string, unknown> = {};
    const reply = { header: (name: string, value: unknown) => ((headers[name] = value), reply) };
    await controller.signOut(person, undefined, reply as unknown as Reply);
    expect(headers['set-cookie']).toMatch(/Max-Age=0/i);
  });

  it('is not erased while it alone owns an organization, however many try at one moment to leave it without an owner', async () => {
    const { owner, join } = await town.organization();
    await expect(erasing.run(owner.person!, owner.person!.email)).rejects.toMatchObject({ code: 'IDENTITY.OWNS_ORGANIZATIONS', details: { handles: [owner.caller!.organizationHandle] } });
    const second = await join('owner');
    const outcomes = await Promise.allSettled([owner, second].map(({ person }) => erasing.run(person!, person!.email)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'IDENTITY.OWNS_ORGANIZATIONS' } });
  });
});
