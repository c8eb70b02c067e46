import { expect, it } from '@jest/globals';
import { NANO_PER_CENT, type InvoiceResult, type IssuedDocument, type StatementResult } from '@steelyard/invoice';
import { describeDatabase } from '@steelyard/test-support';
import fc from 'fast-check';
import { Office, PER_REQUEST, PER_TOKEN } from './billing.fixture.js';

/** What happens, in order. Consumers, wares and calls are named by numbers, taken modulo how many there are. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), who: fc.nat(2), what: fc.nat(1), quantities: fc.array(fc.bigInt(0n, 500_000n), { minLength: 2, maxLength: 2 }), lateMonths: fc.nat(2), sort: fc.constantFrom('charged', 'charged', 'free', 'failed') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('correct' as const), which: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const MONTH_MS = 31 * 86_400_000;

describeDatabase('the invariants of billing', (context) => {
  async function play(steps: readonly Step[]): Promise<Office> {
    const office = new Office((await context.another()).database);
    const provider = await office.organization();
    const consumers = [await office.organization(), await office.organization(), provider];
    const wares = [await office.ware(provider.id, PER_REQUEST), await office.ware(consumers[1]!.id, PER_TOKEN)];
    const calls: string[] = [];
    let month = 202611;
    for (const given of steps) {
      if (given.do === 'call') {
        const at = office.nowMs - given.lateMonths * MONTH_MS;
        const ware = wares[given.what]!;
        calls.push(...(await office.call(consumers[given.who]!.id, ware, { at, quantities: given.quantities, failed: given.sort === 'failed', free: given.sort === 'free' && ware.terms.free !== undefined && given.quantities[0]! > 0n })));
      } else if (given.do === 'correct' && calls.length > 0) {
        await office.correcting.run({ eventIds: given.which.map((n) => calls[n % calls.length]!), reason: 'wrong', actorId: 'operator' });
      } else if (given.do === 'close') {
        await office.close(month);
        month = month === 202612 ? 202701 : month + 1;
      }
    }
    return office;
  }

  const sums = async (office: Office, text: string) => {
    const { rows } = await office.database.pool.query<Record<string, string>>(text);
    return Object.fromEntries(Object.entries(rows[0]!).map(([name, value]) => [name, BigInt(value)])) as Record<string, bigint>;
  };

  async function check(office: Office): Promise<void> {
    const { rows } = await office.database.pool.query<{ tenant_id: string; document: string }>('SELECT tenant_id, document FROM billing_document');
    const documents = rows.map((row) => JSON.parse(row.document) as IssuedDocument);
    const resultsOf = <R>(kind: string) => documents.filter(({ header }) => header.kind === kind).map(({ result }) => result as R);
    const total = (results: readonly InvoiceResult[]) => results.reduce((sum, { amountNano }) => sum + BigInt(amountNano), 0n);
    const [invoices, notes, statements] = [resultsOf<InvoiceResult>('invoice'), resultsOf<InvoiceResult>('credit_note'), resultsOf<StatementResult>('statement')];

    // I6: usage = transfers = invoiced + unbilled, and the same of what was taken back.
    const usage = await sums(office, 'SELECT coalesce(sum(amount_nano), 0) AS amount, coalesce(sum(fee_nano), 0) AS fee, coalesce(sum(amount_nano) FILTER (WHERE period >= usage_first_open_period()), 0) AS unbilled FROM usage_event');
    const corrected = await sums(office, 'SELECT coalesce(sum(amount_nano), 0) AS amount, coalesce(sum(fee_nano), 0) AS fee FROM usage_correction');
    const moved = await sums(office, `SELECT ${['usage', 'usage_share', 'usage_fee', 'correction', 'correction_share', 'correction_fee'].map((kind) => `coalesce(sum(amount_nano) FILTER (WHERE kind = '${kind}'), 0) AS ${kind}`).join(', ')} FROM ledger_transfer`);
    expect([moved['usage'], total(invoices) + usage['unbilled']!]).toEqual([usage['amount'], usage['amount']]);
    expect([moved['correction'], total(notes)]).toEqual([corrected['amount'], corrected['amount']]);

    // I7: lines add up to the cents of the document, each off by less than a cent.
    for (const { lines, amountNano, amountCents, residueNano } of [...invoices, ...notes]) {
      expect(lines.reduce((sum, line) => sum + BigInt(line.amountCents), 0n)).toBe(BigInt(amountCents));
      expect(BigInt(amountNano) + BigInt(residueNano)).toBe(BigInt(amountCents) * NANO_PER_CENT);
      const off = lines.map((line) => BigInt(line.amountCents) * NANO_PER_CENT - BigInt(line.amountNano));
      expect(off.filter((nano) => nano >= NANO_PER_CENT || nano <= -NANO_PER_CENT)).toEqual([]);
    }

    // I8: provider + fee = gross, with what was taken back, in the ledger and in the statements of closed months.
    expect(moved['usage_share']! + moved['usage_fee']!).toBe(usage['amount']);
    expect(moved['correction_share']! + moved['correction_fee']!).toBe(corrected['amount']);
    const accounts = await sums(office, `SELECT coalesce(sum(credits_posted - debits_posted) FILTER (WHERE kind = 'provider_payable'), 0) AS payable, coalesce(sum(credits_posted - debits_posted) FILTER (WHERE kind = 'platform_fee'), 0) AS fee, coalesce(sum(credits_posted - debits_posted) FILTER (WHERE kind = 'usage_clearing'), 0) AS clearing FROM ledger_account`);
    expect(accounts).toEqual({ payable: usage['amount']! - usage['fee']! - corrected['amount']! + corrected['fee']!, fee: usage['fee']! - corrected['fee']!, clearing: 0n });
    const open = await sums(office, `SELECT (SELECT coalesce(sum(amount_nano - fee_nano), 0) FROM usage_event WHERE period >= usage_first_open_period()) - (SELECT coalesce(sum(amount_nano - fee_nano), 0) FROM usage_correction WHERE period >= usage_first_open_period()) AS net`);
    expect(statements.reduce((sum, { netNano }) => sum + BigInt(netNano), open['net']!)).toBe(accounts['payable']);

    expect(await office.balanced()).toBe(true);
    for (const [index, { header }] of documents.entries()) expect(await office.verify(rows[index]!.tenant_id, header.id)).toMatchObject({ valid: true });
  }

  it('hold whatever is called, corrected and closed, in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
        const office = await play([...steps, { do: 'close' }]);
        await check(office);
        await office.database.close();
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});
