import { beforeEach, expect, it } from '@jest/globals';
import { NANO_PER_CENT } from '@steelyard/invoice';
import { newId } from '@steelyard/kernel';
import { describeDatabase } from '@steelyard/test-support';
import { Office, PER_REQUEST, PER_TOKEN, type Ware } from '../billing.fixture.js';
import type { CorrectionOutcome } from './correct-usage.js';

describeDatabase('corrections', (context) => {
  let office: Office;
  let consumer: { id: string; handle: string };
  let provider: { id: string; handle: string };
  let ware: Ware;

  beforeEach(async () => {
    office = new Office((await context.another()).database);
    [consumer, provider] = [await office.organization(), await office.organization()];
    ware = await office.ware(provider.id, PER_REQUEST);
  });

  const correct = (eventIds: readonly string[], reason = 'the model was wrong'): Promise<CorrectionOutcome> => office.correcting.run({ eventIds, reason, actorId: 'operator' });
  const wallet = async (id = consumer.id) => (await office.ledger.balance(id, 'usd')).postedNano;
  const earned = () => office.ledger.earnings(provider.id, 'usd');

  it('gives back what a call cost, of the provider and of the platform, whole and in cents', async () => {
    await office.taxes.run({ handle: consumer.handle, basisPoints: 2_000, label: 'VAT', id: '', actorId: 'x' });
    const ids = await office.call(consumer.id, ware, ...Array.from({ length: 30 }, () => ({})));
    await office.close(202611);
    const before = { wallet: await wallet(), earned: await earned() };
    const outcome = await correct(ids.slice(0, 10));
    expect(outcome).toMatchObject({ outcome: 'corrected', creditNotes: [{ number: 'SY-CN-2026-000001', reason: 'the model was wrong', tax: { basisPoints: 2_000 } }] });
    if (outcome.outcome !== 'corrected') return;
    const [{ header, invoice, result }] = outcome.creditNotes as [(typeof outcome.creditNotes)[number]];
    expect(invoice).toMatchObject({ number: 'SY-2026-000001' });
    // 33,333,330 nano are 3 cents; 20 % of them 0.6.
    expect(result).toMatchObject({ rows: 10, amountNano: '33333330', amountCents: '3', taxCents: '1', totalCents: '4' });
    expect((await wallet()) - before.wallet).toBe(4n * NANO_PER_CENT);
    expect(before.earned - (await earned())).toBe(10n * (3_333_333n - 499_999n));
    expect(await office.verify(consumer.id, header.id)).toMatchObject({ valid: true, checked: { rows: 10 } });
    expect(await office.balanced()).toBe(true);
  });

  it.each([
    ['was set', 0, 1_900],
    ['was taken back', 1_900, 0],
  ])('gives back before the invoice what the invoice asks, though a tax %s between', async (_what, before, after) => {
    const tax = (basisPoints: number) => office.taxes.run({ handle: consumer.handle, basisPoints, label: 'VAT', id: '', actorId: 'x' });
    await tax(before);
    const ids = await office.call(consumer.id, ware, ...Array.from({ length: 3_000 }, () => ({})));
    for (let at = 0; at < ids.length; at += 1_000) expect(await correct(ids.slice(at, at + 1_000))).toMatchObject({ outcome: 'corrected', creditNotes: [{ tax: { basisPoints: before } }] });
    await tax(after);
    await office.close(202611);
    const [invoice] = await office.invoices(consumer.id);
    expect(invoice).toMatchObject({ tax: { basisPoints: before }, result: { rows: 3_000 } });
    expect(await office.verify(consumer.id, invoice!.header.id)).toMatchObject({ valid: true });
    // Three notes and an invoice, each rounded to cents by itself.
    expect(Math.abs(Number(await wallet()) / Number(NANO_PER_CENT))).toBeLessThanOrEqual(3);
    expect(await office.balanced()).toBe(true);
  });

  it('is found by the id of a call, with why it cannot be taken back or where it was', async () => {
    const [paid, free] = await office.call(consumer.id, ware, {}, { free: true });
    const found = () => office.charges.run(paid!.toUpperCase());
    expect(await found()).toMatchObject({ id: paid, consumer: consumer.handle, provider: provider.handle, amountNano: 3_333_333n, feeNano: 499_999n, currency: 'usd', period: 202611, status: 'succeeded', problem: null, correction: null });
    expect((await found())!.model).toMatch(new RegExp(`^${provider.handle}/model-[0-9a-f]{6}@1\\.0\\.0$`));
    expect(await office.charges.run(free!)).toMatchObject({ problem: 'free', correction: null });
    await correct([paid!]);
    expect(await found()).toMatchObject({ problem: 'corrected', correction: { reason: 'the model was wrong', actorId: 'operator', creditNote: { number: 'SY-CN-2026-000001' } } });
    for (const id of [newId(), 'no-id']) expect(await office.charges.run(id)).toBeUndefined();
  });

  it('refuses all that is wrong at once, and does nothing', async () => {
    const [good, done] = await office.call(consumer.id, ware, {}, {});
    const [failed, free] = await office.call(consumer.id, ware, { failed: true }, { free: true });
    await correct([done!]);
    const before = [await wallet(), await earned()];
    const unknown = newId();
    expect(await correct([good!, unknown, 'no-id', good!, done!, failed!, free!])).toEqual({
      outcome: 'refused',
      problems: [
        { eventId: unknown, problem: 'unknown' },
        { eventId: 'no-id', problem: 'unknown' },
        { eventId: good, problem: 'repeated' },
        { eventId: done, problem: 'corrected' },
        { eventId: failed, problem: 'failed' },
        { eventId: free, problem: 'free' },
      ],
    });
    expect([await wallet(), await earned()]).toEqual(before);
    for (const ids of [[], Array.from({ length: 1_001 }, newId)]) await expect(correct(ids)).rejects.toMatchObject({ code: 'BILLING.EVENTS_INVALID' });
    await expect(correct([good!], '  ')).rejects.toMatchObject({ code: 'BILLING.REASON_INVALID' });
  });

  it('takes a call back once, however many try at once', async () => {
    const ids = await office.call(consumer.id, ware, {}, {}, {});
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => correct(ids)));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['corrected', 'refused', 'refused', 'refused']);
    expect(outcomes.find(({ outcome }) => outcome === 'refused')).toMatchObject({ problems: ids.map((eventId) => ({ eventId, problem: 'corrected' })) });
    expect(await earned()).toBe(0n);
    const { rows } = await office.database.pool.query(`SELECT number FROM billing_document`);
    expect(rows).toEqual([{ number: 'SY-CN-2026-000001' }]);
  });

  it('makes a credit note for each consumer and month, also before there is an invoice', async () => {
    const other = await office.organization();
    const tokens = await office.ware(provider.id, PER_TOKEN);
    const [october] = await office.call(consumer.id, ware, { at: Date.UTC(2026, 9, 9) });
    const [november] = await office.call(consumer.id, tokens, { quantities: [1_000n, 1_000n] });
    const [theirs] = await office.call(other.id, ware, {});
    await office.close(202610);
    const outcome = await correct([theirs!, november!, october!]);
    expect(outcome).toMatchObject({ creditNotes: [{ invoice: { number: 'SY-2026-000001' } }, { invoice: null }, { invoice: null }] });
    expect(await earned()).toBe(0n);
    await office.close(202611);
    // What is taken back of an invoice is all of it, so their cents are the same.
    expect([await wallet(), await wallet(other.id)]).toEqual([0n, 0n]);
    expect(await office.balanced()).toBe(true);
  });

  it('is in the statement of its month while that is open, and then in the next one, also of a provider who earned nothing more', async () => {
    const [early, late] = await office.call(consumer.id, ware, {}, {});
    await correct([early!]);
    await office.close(202611);
    await correct([late!]);
    await office.close(202612);
    const [december, november] = await office.statements(provider.id);
    expect(november!.result).toMatchObject({ grossNano: '6666666', feeNano: '999998', correctedNano: '3333333', correctedFeeNano: '499999', netNano: '2833334' });
    expect(december!.result).toMatchObject({ grossNano: '0', correctedNano: '3333333', netNano: '-2833334', lines: [{ calls: 0, corrected: 1 }] });
    for (const { header } of [december!, november!]) expect(await office.verify(provider.id, header.id)).toMatchObject({ valid: true });
    expect(await earned()).toBe(0n);
  });
});
