import { expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { AccountTotals } from './account-totals.js';
import { Ledger } from './ledger.js';

describeDatabase('totals of the ledger', (context) => {
  it('adds up by kind and currency, with what is held, and all kinds to zero', async () => {
    const ledger = new Ledger(context.database());
    const [a, b] = [newId(), newId()];
    const credit = (tenantId: string, amountNano: bigint, currency = 'usd') => ledger.credit({ tenantId, amountNano, currency, reason: 'test', transferId: newId() });
    await Promise.all([credit(a, 70n), credit(b, 50n), credit(b, 9n, 'eur')]);
    await ledger.reserve({ eventId: newId(), tenantId: a, currency: 'usd', amountNano: 20n, keyId: 'key', modelId: a, expiresAtMs: Date.now() + 60_000 });
    const totals = await new AccountTotals(context.database()).of('usd');
    expect(totals).toEqual(expect.arrayContaining([
      { kind: 'consumer_wallet', accounts: 2, balanceNano: 120n, heldNano: 20n },
      { kind: 'operator_credit', accounts: 1, balanceNano: -120n, heldNano: 0n },
    ]));
    expect(totals.reduce((sum, { balanceNano }) => sum + balanceNano, 0n)).toBe(0n);
    expect(await new AccountTotals(context.database()).of('gbp')).toEqual([]);
  });
});
