import { beforeEach, expect, it } from '@jest/globals';
import { FrontDoor } from '@steelyard/domain-identity';
import { CreditOrganization, Ledger } from '@steelyard/domain-ledger';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { welcomeCredit } from './welcome-credit.js';

describeDatabase('the welcome credit', (context) => {
  let organization: { id: string; handle: string };

  beforeEach(async () => {
    const id = newId();
    organization = { id, handle: `org-${id}` };
    await context.database().withPlatform((tx) => tx.organization.create({ data: { ...organization, name: 'Organization' } }));
  });

  /** What the organization has after it was welcomed twice. */
  async function welcomed(amount: string | undefined, development: boolean): Promise<bigint> {
    const ledger = new Ledger(context.database());
    const door = new FrontDoor();
    door.open({ publicUrl: new URL('http://localhost:4700/'), development });
    const welcome = welcomeCredit(new CreditOrganization(context.database(), ledger), { welcomeCredit: amount }, door);
    await welcome(organization);
    await welcome(organization);
    return (await ledger.balance(organization.id, 'usd')).availableNano;
  }

  it('is given once', async () => {
    expect(await welcomed('2.50', false)).toBe(2_500_000_000n);
  });

  it('is 10.00 where anybody may be anybody, and nothing elsewhere, unless the operator says otherwise', async () => {
    expect(await welcomed(undefined, false)).toBe(0n);
    expect(await welcomed('0', true)).toBe(0n);
    expect(await welcomed(undefined, true)).toBe(10_000_000_000n);
  });
});
