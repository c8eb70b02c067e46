import { beforeAll, describe, expect, it } from '@jest/globals';
import { PRICE_UNITS, type PriceTerms, type PriceUnit } from '@steelyard/kernel/pricing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { checkReceipt, receiptSchema, type Receipt } from './index.js';
import { makeKey, receiptOf, SHA_OF_INPUT, SHA_OF_OUTPUT, type TestKey } from './receipt.fixture.js';

let platform: TestKey;
let other: TestKey;
beforeAll(async () => {
  [platform, other] = [await makeKey(), await makeKey()];
});

const keySet = (...keys: TestKey[]) => ({ keys: keys.map(({ key }) => key) });

/** What is wrong with a receipt that the platform signed, whatever it says. */
async function problemOf(receipt: unknown): Promise<string | undefined> {
  const { problem } = await checkReceipt(platform.sign(receipt as Receipt), { keys: keySet(platform) });
  return problem && `${problem.name}: ${problem.reason}`;
}

describe('a receipt', () => {
  it('is good when the platform signed it, and says what it was compared with', async () => {
    const receipt = receiptOf();
    const checked = await checkReceipt(platform.sign(receipt), { keys: keySet(other, platform), predictionId: receipt.predictionId, inputHashes: ['d'.repeat(64), SHA_OF_INPUT] });
    expect(checked).toEqual({
      valid: true,
      problem: undefined,
      receipt,
      checks: ['form', 'key', 'signature', 'charge', 'prediction', 'organization', 'input', 'output'].map((name) => ({ name, outcome: ['organization', 'output'].includes(name) ? 'skipped' : 'passed' })),
    });
  });

  it('is refused after a change of any one character', async () => {
    const jws = platform.sign(receiptOf());
    await fc.assert(
      fc.asyncProperty(fc.nat(jws.length - 1), fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+ é'), async (at, character) => {
        fc.pre(jws[at] !== character);
        const { valid, receipt } = await checkReceipt(jws.slice(0, at) + character + jws.slice(at + 1), { keys: keySet(platform) });
        expect({ valid, receipt }).toEqual({ valid: false, receipt: undefined });
      }),
      { numRuns: 500, examples: [[jws.length - 1, 'A'], [0, 'f']] },
    );
  });

  it('is refused when another key signed it, when its key is not known, and when a key goes by the name of another', async () => {
    const jws = platform.sign(receiptOf());
    const asPlatform = { keys: [{ ...other.key, kid: platform.key.kid }] };
    expect((await checkReceipt(jws, { keys: keySet(other) })).problem).toEqual({ name: 'key', outcome: 'failed', reason: expect.stringContaining(platform.key.kid) });
    expect((await checkReceipt(jws, { keys: asPlatform })).problem).toMatchObject({ name: 'key', reason: expect.stringMatching(/is another/) });
    const [header, payload] = jws.split('.');
    const [, , foreign] = other.sign(receiptOf()).split('.');
    expect((await checkReceipt(`${header}.${payload}.${foreign}`, { keys: keySet(platform, other) })).problem).toMatchObject({ name: 'signature' });
  });

  it('is refused when it is of another input or output, or of none', async () => {
    const jws = platform.sign({ ...receiptOf(), output: null });
    const { checks } = await checkReceipt(jws, { keys: keySet(platform), inputHashes: [SHA_OF_OUTPUT], outputHashes: [SHA_OF_OUTPUT] });
    expect(checks.slice(6)).toEqual([
      { name: 'input', outcome: 'failed', reason: 'the receipt is of another input' },
      { name: 'output', outcome: 'failed', reason: 'the receipt has no hash of the output' },
    ]);
  });

  it('is refused when it is of another call or charges another organization, though input and output are the same', async () => {
    const receipt = receiptOf();
    const { predictionId, consumer } = receipt;
    const hashes = { inputHashes: [SHA_OF_INPUT], outputHashes: [SHA_OF_OUTPUT] };
    const check = (ids: object) => checkReceipt(platform.sign(receipt), { keys: keySet(platform), ...hashes, ...ids });
    expect(await check({ predictionId, organizationId: consumer.organizationId })).toMatchObject({ valid: true, checks: Array(8).fill({ outcome: 'passed' }) });
    const other = newIdLike(predictionId);
    expect((await check({ predictionId: other, organizationId: consumer.organizationId })).problem).toEqual({
      name: 'prediction', outcome: 'failed', reason: `the receipt is of the prediction ${predictionId}, and not of ${other}`,
    });
    expect((await check({ predictionId, organizationId: other })).problem).toEqual({
      name: 'organization', outcome: 'failed', reason: `the receipt charges the organization ${consumer.organizationId} (acme), and not ${other}`,
    });
  });

  it('is refused when its call ended after its key was retired, some minutes apart', async () => {
    const exp = Date.parse('2026-11-30T12:00:00.000Z') / 1_000;
    const problemAt = async (occurredAt: string, retired: object = { exp }) =>
      (await checkReceipt(platform.sign({ ...receiptOf(), occurredAt }), { keys: { keys: [{ ...platform.key, ...retired }] } })).problem;
    expect(await problemAt('2026-11-30T11:59:59.999Z')).toBeUndefined();
    expect(await problemAt('2026-11-30T12:05:00.000Z')).toBeUndefined();
    const reason = `its call ended at 2026-11-30T12:05:00.001Z, and the key ${platform.key.kid} was retired at 2026-11-30T12:00:00.000Z`;
    expect(await problemAt('2026-11-30T12:05:00.001Z')).toEqual({ name: 'key', outcome: 'failed', reason });
    expect(await problemAt('2026-13-45T12:00:00.000Z')).toMatchObject({ name: 'key' });
    expect(await problemAt('2027-11-30T12:00:00.000Z', {})).toBeUndefined();
    expect(await problemAt('2026-11-30T12:00:00.000Z', { iat: exp + 86_400 })).toBeUndefined();
  });

  it('is refused when its amount does not follow from its quantities and its price', async () => {
    const receipt = receiptOf();
    const { charge, price } = receipt;
    const [first, ...rest] = charge.lines;
    const dearer = { ...first!, amountNano: String(BigInt(first!.amountNano) + 1n) };
    const more = String(BigInt(charge.amountNano) + 1n);
    expect(await problemOf({ ...receipt, charge: { ...charge, amountNano: more } })).toMatch(/^charge: its lines add up to/);
    expect(await problemOf({ ...receipt, charge: { ...charge, amountNano: more, lines: [dearer, ...rest] } })).toMatch(/^charge: 1234 parts of input_token cost/);
    expect(await problemOf({ ...receipt, charge: { ...charge, lines: rest } })).toMatch(/^charge: its lines are not those/);
    expect(await problemOf({ ...receipt, charge: { ...charge, currency: 'eur' } })).toMatch(/^charge: it is charged in eur/);
    expect(await problemOf({ ...receipt, price: { ...price, components: [{ unit: 'parsec', amountNano: '1', per: '1' }] } })).toMatch(/^charge: "parsec"/);
    expect(await problemOf({ ...receipt, charge: { ...charge, freeQuantity: '1' } })).toMatch(/^charge: it took free units of a price that has none/);
  });

  it('may be free, and then costs nothing', async () => {
    const receipt = receiptOf();
    const price = { ...receipt.price, free: { unit: 'input_token', quantity: '10000' } };
    const lines = receipt.charge.lines.map((line) => ({ ...line, amountNano: '0' }));
    const charge = { ...receipt.charge, amountNano: '0', lines, freeQuantity: '1234' };
    expect(await problemOf({ ...receipt, price, charge })).toBeUndefined();
    expect(await problemOf({ ...receipt, price, charge: { ...charge, amountNano: '1' } })).toMatch(/charged all the same/);
  });

  it('re-rates every charge that the kernel makes', async () => {
    const amount = fc.bigInt(0n, 10n ** 12n);
    const component = fc.record({ unit: fc.constantFrom(...PRICE_UNITS), amountNano: amount, per: fc.bigInt(1n, 10n ** 9n) });
    const terms = fc.record({ currency: fc.constant('usd'), components: fc.uniqueArray(component, { minLength: 1, maxLength: 5, selector: ({ unit }) => unit }) }) satisfies fc.Arbitrary<PriceTerms>;
    const quantities = fc.dictionary(fc.constantFrom<PriceUnit>(...PRICE_UNITS), fc.bigInt(0n, 10n ** 6n));
    await fc.assert(fc.asyncProperty(quantities, terms, async (used, price) => expect(await problemOf(receiptOf(used, price))).toBeUndefined()), { numRuns: 50 });
  });

  it.each([
    ['no JWS', () => 'receipt'],
    ['four parts', (jws: string) => `${jws}.x`],
    ['another type', (jws: string) => replaceHeader(jws, { alg: 'EdDSA', kid: platform.key.kid, typ: 'JWT' })],
    ['no algorithm', (jws: string) => replaceHeader(jws, { alg: 'none', kid: platform.key.kid, typ: 'steelyard-receipt+jws' })],
  ])('is no receipt: %s', async (_what, change) => {
    const { problem } = await checkReceipt(change(platform.sign(receiptOf())), { keys: keySet(platform) });
    expect(problem?.name).toBe('form');
  });
});

/** Another id than the given one. */
function newIdLike(id: string): string {
  return id.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
}

function replaceHeader(jws: string, header: object): string {
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...jws.split('.').slice(1)].join('.');
}

describe('the schema of receipts', () => {
  const fits = new Ajv2020({ strict: false }).compile(receiptSchema);

  it('fits what is signed', () => expect(fits(receiptOf())).toBe(true));

  it.each([
    ['version', { version: 2 }],
    ['predictionId', { predictionId: 'p-1' }],
    ['consumer.handle', { consumer: { organizationId: receiptOf().consumer.organizationId } }],
    ['input.sha256', { input: { encoding: 'cbor', sha256: 'A' } }],
    ['charge.lines', { charge: { ...receiptOf().charge, lines: [] } }],
    ['charge.amountNano', { charge: { ...receiptOf().charge, amountNano: 5 } }],
    ['charge.lines[0].quantity', { charge: { ...receiptOf().charge, lines: [{ unit: 'image', quantity: '-1', amountNano: '0' }] } }],
    ['timings.queueMicros', { timings: { queueMicros: -1, computeMicros: 0, totalMicros: 0 } }],
    ['tip', { tip: '1' }],
  ])('says, as its own reader does, that %s is wrong', async (path, change) => {
    const wrong = { ...receiptOf(), ...change };
    expect(fits(wrong)).toBe(false);
    expect(await problemOf(wrong)).toContain(`version 1: ${path} `);
  });
});
