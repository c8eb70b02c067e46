import { beforeAll, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { openTown, type Town } from './town.fixture.js';

const code = (name: string, kind?: string) => expect.objectContaining({ code: `IDENTITY.${name}`, ...(kind && { kind }) });

describeDatabase('an organization that a person opens', (context) => {
  let town: Town;
  const heard: object[] = [];

  beforeAll(() => {
    town = openTown(context.database(), { opened: async (organization) => void heard.push(organization) });
  });

  it('is theirs, and the installation hears of it once it is there', async () => {
    const founder = await town.person();
    const handle = `org-${newId()}`;
    const { id } = await town.create.open(founder, { handle, name: ' Acme ' });
    const { rows } = await context.database().pool.query('SELECT email, role, person_id FROM member WHERE tenant_id = $1', [id]);
    expect(rows).toEqual([{ email: founder.email, role: 'owner', person_id: founder.id }]);
    expect(heard).toEqual([{ id, handle, personId: founder.id, wasGivenOnce: false }]);
    expect((await context.database().pool.query('SELECT FROM api_key WHERE tenant_id = $1', [id])).rowCount).toBe(0);
  });

  it('is there also when what follows fails', async () => {
    const unlucky = openTown(context.database(), { opened: () => Promise.reject(new TypeError('no money')) });
    expect(await unlucky.create.open(await unlucky.person(), { handle: `org-${newId()}`, name: 'x' })).toMatchObject({ name: 'x' });
  });

  it('leaves nothing behind when it cannot be: taken handle, bad name, nobody', async () => {
    const founder = await town.person();
    const { handle } = await town.create.open(founder, { handle: `org-${newId()}`, name: 'x' });
    const before = heard.length;
    await expect(town.create.open(await town.person(), { handle, name: 'x' })).rejects.toThrow(code('HANDLE_TAKEN', 'conflict'));
    await expect(town.create.open(founder, { handle: 'admin', name: 'x' })).rejects.toThrow(code('HANDLE_RESERVED'));
    await expect(town.create.open(founder, { handle: `org-${newId()}`, name: ' ' })).rejects.toThrow(code('NAME_INVALID'));
    await expect(town.create.open(undefined, { handle: `org-${newId()}`, name: 'x' })).rejects.toThrow(code('SIGN_IN_NEEDED', 'unauthenticated'));
    expect(heard).toHaveLength(before);
  });

  it('is refused where the operator alone opens organizations', async () => {
    const closed = openTown(context.database(), { signUp: 'operator' });
    await expect(closed.create.open(await closed.person(), { handle: `org-${newId()}`, name: 'x' })).rejects.toThrow(code('SIGN_UP_CLOSED', 'forbidden'));
  });

  it('is the twentieth of one person at most, also when they are opened at once', async () => {
    const founder = await town.person();
    const outcomes = await Promise.allSettled(Array.from({ length: 24 }, () => town.create.open(founder, { handle: `org-${newId()}`, name: 'x' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toEqual(code('ORGANIZATIONS_FULL', 'conflict'));
  });
});
