import { beforeEach, expect, it } from '@jest/globals';
import { FrontDoor } from '@steelyard/domain-identity';
import { CreditOrganization, Ledger } from '@steelyard/domain-ledger';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { accountRecords } from './account-records.js';
import { welcomeCredit } from './welcome-credit.js';

describeDatabase('the welcome credit', (context) => {
  let personId: string;

  beforeEach(() => {
    personId = newId();
  });

  async function organization(): Promise<{ id: string; handle: string }> {
    const id = newId();
    const handle = `org-${id}`;
    await context.database().withPlatform((tx) => tx.organization.create({ data: { id, handle, name: 'Organization' } }));
    return { id, handle };
  }

  /** What an organization that somebody opens has after it was welcomed twice. */
  async function welcomed(amount: string | undefined, development: boolean, by = personId, wasGivenOnce = false): Promise<bigint> {
    const ledger = new Ledger(context.database());
    const door = new FrontDoor();
    door.open({ publicUrl: new URL('http://localhost:4700/'), development });
    const welcome = welcomeCredit(new CreditOrganization(context.database(), ledger), { welcomeCredit: amount, paymentCurrency: 'eur' }, door);
    const opened = { ...(await organization()), personId: by, wasGivenOnce };
    await welcome(opened);
    await welcome(opened);
    return (await ledger.balance(opened.id, 'eur')).availableNano;
  }

  it('is given once, in the currency of the server', async () => {
    expect(await welcomed('2.50', false)).toBe(2_500_000_000n);
  });

  it('is for the first organization that a person opens alone, also after the amount was changed', async () => {
    expect(await welcomed('2.50', false)).toBe(2_500_000_000n);
    for (const amount of ['2.50', '5']) expect(await welcomed(amount, false)).toBe(0n);
    expect(await welcomed('2.50', false, newId())).toBe(2_500_000_000n);
  });

  it('is not given again to who had it, erased the account and came again', async () => {
    const { wasGivenOnce } = accountRecords;
    const had = (id: string) => context.database().withPlatform((tx) => wasGivenOnce(tx, id));
    expect(await had(personId)).toBe(false);
    await welcomed('2.50', false);
    expect([await had(personId), await had(newId())]).toEqual([true, false]);
    expect(await welcomed('2.50', false, newId(), true)).toBe(0n);
  });

  it('fails where it cannot be given for another reason', async () => {
    const door = new FrontDoor();
    const welcome = welcomeCredit(new CreditOrganization(context.database(), new Ledger(context.database())), { welcomeCredit: '1', paymentCurrency: 'usd' }, door);
    await expect(welcome({ id: newId(), handle: 'nowhere', personId, wasGivenOnce: false })).rejects.toMatchObject({ code: 'LEDGER.ORGANIZATION_NOT_FOUND' });
  });

  it('is 10.00 where anybody may be anybody, and nothing elsewhere, unless the operator says otherwise', async () => {
    expect(await welcomed(undefined, false)).toBe(0n);
    expect(await welcomed('0', true)).toBe(0n);
    expect(await welcomed(undefined, true)).toBe(10_000_000_000n);
  });
});
