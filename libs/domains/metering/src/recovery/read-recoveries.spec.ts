import { expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { recoverUsage } from '../persistence/recover-usage.js';
import { ReadRecoveries } from './read-recoveries.js';

describeDatabase('recoveries', (context) => {
  it('are given newest first, of anybody, page by page', async () => {
    const ids = [1, 2, 3].map((n) => newId(Date.UTC(2026, 10, n)));
    await recoverUsage(context.database().pool, ids.map((eventId, n) => ({ eventId, consumerTenantId: newId(), action: n === 1 ? 'refused' : 'void', detail: `call ${n}` })));
    const recoveries = new ReadRecoveries(context.database());
    const page = await recoveries.page({ limit: 2, afterId: undefined });
    expect(page.map(({ eventId }) => eventId)).toEqual([ids[2], ids[1], ids[0]]);
    expect(await recoveries.page({ limit: 2, afterId: ids[2] })).toMatchObject([{ eventId: ids[1], action: 'refused', detail: 'call 1' }, { eventId: ids[0], action: 'void' }]);
    expect(await recoveries.page({ limit: 2, afterId: undefined, action: 'refused' })).toMatchObject([{ eventId: ids[1] }]);
  });
});
