import { expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';

describeDatabase('tenant transactions', (ctx) => {
  it('shows an organization itself and nobody else', async () => {
    const [a, b] = [newId(), newId()];
    await ctx.database().withPlatform((tx) => tx.organization.createMany({ data: [{ id: a, handle: `a${a}`, name: 'A' }, { id: b, handle: `b${b}`, name: 'B' }] }));
    expect(await ctx.database().withTenant(a, (tx) => tx.organization.findMany())).toMatchObject([{ id: a }]);
  });
});
