import { beforeEach, expect, it } from '@jest/globals';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { KEY, MODEL, openBudgets } from './budget-ports.fixture.js';
import type { BudgetDraft } from './check-draft.js';
import type { BudgetOutcome } from './set-budget.js';

describeDatabase('setting a budget', (context) => {
  let place: ReturnType<typeof openBudgets>;
  beforeEach(() => {
    place = openBudgets(context.database());
  });

  const DRAFT: BudgetDraft = { name: 'all', scope: 'organization', period: 'month', limit: '25', currency: 'usd', hard: true, alertPercents: [80, 100], webhookUrl: null };
  const open = (change: Partial<BudgetDraft> = {}) => place.set.open(place.caller, { ...DRAFT, ...change });
  const saved = async (outcome: Promise<BudgetOutcome>) => {
    const answer = await outcome;
    if (answer.outcome !== 'saved') throw new TypeError(`answered ${JSON.stringify(answer, (_key, value) => (typeof value === 'bigint' ? `${value}` : value))}`);
    return answer;
  };
  const fieldsOf = async (outcome: Promise<BudgetOutcome>) => {
    const answer = await outcome;
    return answer.outcome === 'invalid' ? answer.problems.map(({ field }) => field) : answer.outcome;
  };

  it('opens it with what is used, and lists it', async () => {
    const { budget, webhookSecret } = await saved(open({ alertPercents: [100, 50, 50] }));
    expect(budget).toMatchObject({ name: 'all', limitNano: 25_000_000_000n, usedNano: 0n, heldNano: 0n, alertPercents: [50, 100], createdBy: 'person:ada', endedAt: null, webhookUrl: null });
    expect(budget.resetsAt!.getTime()).toBeGreaterThan(Date.now());
    expect(webhookSecret).toBeUndefined();
    const ofKey = (await saved(open({ scope: 'key', keyId: KEY, period: 'total' }))).budget;
    const ofModel = (await saved(open({ scope: 'model', model: MODEL.ref, period: 'day' }))).budget;
    expect([ofKey.keyId, ofKey.resetsAt, ofModel.model]).toEqual([KEY, null, { id: MODEL.id, ownerId: MODEL.ownerId }]);
    expect(ofModel.resetsAt!.getTime() - ofModel.startsAt.getTime()).toBe(86_400_000);
    expect((await place.list.list(place.caller.organizationId)).map(({ id }) => id)).toEqual([budget.id, ofKey.id, ofModel.id]);
    expect(await place.list.list(newId())).toEqual([]);
  });

  it('tells all that is wrong at once', async () => {
    const all = { name: ' ', limit: '-1', scope: 'key', keyId: 'unknown', model: MODEL.ref, currency: 'zzz', alertPercents: [0], webhookUrl: 'http://example.com' } as const;
    expect(await fieldsOf(open(all))).toEqual(['name', 'limit', 'alertPercents', 'webhookUrl', 'model', 'currency', 'keyId']);
    expect(await place.list.list(place.caller.organizationId)).toEqual([]);
  });

  it.each([
    ['limit', { limit: '0' }],
    ['limit', { limit: '0.0000000001' }],
    ['limit', { limit: '1e3' }],
    ['limit', { limit: '9223372037' }],
    ['limit', { limit: '9'.repeat(5_000) }],
    ['currency', { currency: 'USD' }],
    ['name', { name: 'n'.repeat(101) }],
    ['name', { name: 'a\u0000b' }],
    ['alertPercents', { alertPercents: [101] }],
    ['alertPercents', { alertPercents: [1.5] }],
    ['alertPercents', { alertPercents: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }],
    ['keyId', { scope: 'key' }],
    ['keyId', { keyId: KEY }],
    ['model', { scope: 'model' }],
    ['model', { scope: 'model', model: 'acme/unknown' }],
    ['webhookUrl', { webhookUrl: 'https://169.254.169.254/' }],
  ] as [string, Partial<BudgetDraft>][])('refuses a wrong %s: %j', async (field, change) => expect(await fieldsOf(open(change))).toEqual([field]));

  it('takes the largest amount and no alerts', async () => {
    expect((await saved(open({ limit: '9223372036.854775807', alertPercents: [] }))).budget).toMatchObject({ limitNano: 2n ** 63n - 1n, alertPercents: [] });
  });

  it('changes what is given, and nothing else', async () => {
    const { id } = (await saved(open())).budget;
    const change = (given: object) => place.set.change(place.caller, { id, ...given });
    const [renamed, raised] = await Promise.all([saved(change({ name: 'new' })), saved(change({ limit: '30.5' }))]);
    expect([renamed.budget.name, raised.budget.limitNano]).toEqual(['new', 30_500_000_000n]);
    expect((await saved(change({ hard: false, alertPercents: [] }))).budget).toMatchObject({ name: 'new', limitNano: 30_500_000_000n, hard: false, alertPercents: [] });
    expect(await fieldsOf(change({ limit: '', newWebhookSecret: true }))).toEqual(['limit', 'newWebhookSecret']);
  });

  it('shows a secret once, makes another for another address or when asked, and keeps it otherwise', async () => {
    const { budget, webhookSecret } = await saved(open({ webhookUrl: 'https://example.com/a' }));
    expect(Buffer.from(webhookSecret!, 'base64url')).toHaveLength(32);
    const change = (given: object) => saved(place.set.change(place.caller, { id: budget.id, ...given }));
    const label = async () => (await place.list.find(place.caller.organizationId, budget.id))!.webhookLabel;
    const first = await label();
    expect((await change({ name: 'new', webhookUrl: 'https://example.com/a' })).webhookSecret).toBeUndefined();
    expect(await label()).toBe(first);
    for (const given of [{ webhookUrl: 'https://example.com/b' }, { newWebhookSecret: true }]) expect((await change(given)).webhookSecret).toMatch(/^[\w-]{43}$/);
    expect(await label()).not.toBe(first);
    const without = await change({ webhookUrl: null });
    expect([without.budget.webhookUrl, without.budget.webhookLabel, without.webhookSecret]).toEqual([null, null, undefined]);
  });

  it('refuses a hard limit below what is used, with the figure', async () => {
    const { budget } = await saved(open({ hard: false }));
    await context.database().pool.query('UPDATE ledger_window SET used = 7000000000 WHERE subject_id = $1', [budget.id]);
    expect(await place.set.change(place.caller, { id: budget.id, limit: '6.99', hard: true })).toEqual({ outcome: 'below-used', usedNano: 7_000_000_000n });
    expect((await place.list.find(place.caller.organizationId, budget.id))!.limitNano).toBe(25_000_000_000n);
  });

  it('ends it once; then there is nothing to change, end or test', async () => {
    const { id } = (await saved(open())).budget;
    expect((await place.end.run(place.caller, id)).endedAt).toBeInstanceOf(Date);
    const missing = { code: 'LEDGER.BUDGET_NOT_FOUND' };
    for (const known of [id, newId(), 'no id']) {
      await expect(place.end.run(place.caller, known)).rejects.toMatchObject(missing);
      await expect(place.set.change(place.caller, { id: known, name: 'x' })).rejects.toMatchObject(missing);
      await expect(place.test.run(place.caller, known)).rejects.toMatchObject(missing);
    }
    const organizationId = place.caller.organizationId;
    expect(await place.list.list(organizationId)).toEqual([]);
    expect(await place.list.list(organizationId, { ended: true })).toHaveLength(1);
  });

  it("leaves another organization's alone", async () => {
    const { id } = (await saved(open())).budget;
    const stranger = { ...place.caller, organizationId: newId() };
    const missing = { code: 'LEDGER.BUDGET_NOT_FOUND' };
    await expect(place.end.run(stranger, id)).rejects.toMatchObject(missing);
    await expect(place.set.change(stranger, { id, name: 'x' })).rejects.toMatchObject(missing);
  });

  it('opens fifty at most', async () => {
    for (let n = 0; n < 50; n++) await open();
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER.BUDGETS_TOO_MANY', message: expect.stringContaining('usd') });
    expect((await open({ currency: 'eur' })).outcome).toBe('saved');
  });
});
