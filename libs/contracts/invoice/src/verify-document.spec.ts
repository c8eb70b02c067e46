import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '@steelyard/kernel/canonical-json';
import { madeDocuments } from './document.fixture.js';
import { verifyDocument } from './verify-document.js';

const fileOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** As a stream gives it: cut anywhere, also within a character. */
async function* inParts(text: string, size: number): AsyncGenerator<Uint8Array, void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

it('finds every document that was made to be as it says, however its file is cut', async () => {
  await fc.assert(
    fc.asyncProperty(madeDocuments, fc.integer({ min: 1, max: 300 }), async ({ document, lines }, size) => {
      expect(await verifyDocument(inParts(fileOf(lines), size))).toMatchObject({ valid: true, document, checked: { lines: document.result.lines.length, rows: document.result.rows } });
    }),
    { numRuns: 60 },
  );
});

it('writes every line as canonical JSON', () => {
  fc.assert(
    fc.property(madeDocuments, ({ lines }) => {
      expect(lines.map((line) => canonicalJson(JSON.parse(line)))).toEqual(lines);
    }),
  );
});

it('finds any one digit that was changed, and any one character', async () => {
  const change = fc.record({ document: madeDocuments, at: fc.nat(), by: fc.integer({ min: 1, max: 9 }), anyCharacter: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(change, async ({ document: { lines }, at, by, anyCharacter }) => {
      const text = fileOf(lines).slice(0, -1);
      const places = [...text.matchAll(anyCharacter ? /[^\n]/g : /\d/g)].map(({ index }) => index);
      const place = places[at % places.length]!;
      const found = text[place]!;
      const changed = /\d/.test(found) ? String((Number(found) + by) % 10) : String.fromCharCode(found.charCodeAt(0) ^ 1);
      const result = await verifyDocument([text.slice(0, place) + changed + text.slice(place + 1)]);
      expect([result.valid, text.slice(place - 20, place + 20)]).toEqual([false, expect.anything()]);
    }),
    { numRuns: 1_000 },
  );
});

it('finds lines that were taken away, added, or put elsewhere', async () => {
  await fc.assert(
    fc.asyncProperty(madeDocuments, fc.nat(), async ({ lines }, at) => {
      const place = 1 + (at % (lines.length - 1));
      const without = lines.toSpliced(place, 1);
      const twice = lines.toSpliced(place, 0, lines[place]!);
      expect((await verifyDocument([fileOf(without)])).valid).toBe(false);
      expect((await verifyDocument([fileOf(twice)])).valid).toBe(false);
      if (place + 1 < lines.length) expect((await verifyDocument([fileOf([...without.slice(0, place + 1), lines[place]!, ...without.slice(place + 1)])])).valid).toBe(false);
    }),
  );
});

it.each([
  ['', 'the file', 'has no document'],
  ['{"a":1}\n', 'the first line', 'is no document of the format steelyard-document/1'],
  ['[]\n', 'the line', 'is no JSON object'],
  ['{"a":1', 'the line', 'is no JSON'],
  ['{"a": 1}\n', 'the line', 'is not written as canonical JSON (RFC 8785): it was changed'],
])('says of %j what is wrong with it', async (text, subject, problem) => {
  expect(await verifyDocument([text])).toMatchObject({ valid: false, document: undefined, difference: { subject, problem } });
});

it('says where the first difference is: the line, what it is about, what it ought to be', async () => {
  const invoices = madeDocuments.filter(({ document }) => document.header.kind === 'invoice' && document.result.rows > 3);
  const { lines } = fc.sample(invoices, { numRuns: 1, seed: 7 })[0]!;
  const document = JSON.parse(lines[0]!) as { result: { totalCents: string } };
  const total = document.result.totalCents;
  const changed = { ...document, result: { ...document.result, totalCents: `${BigInt(total) + 1n}` } };
  expect(await verifyDocument([fileOf([canonicalJson(changed), ...lines.slice(1)])])).toMatchObject({
    valid: false,
    difference: { line: 1, subject: 'result.totalCents', problem: `is ${BigInt(total) + 1n}, and by the calls it is ${total}` },
  });
});

it('stops when it is told to', async () => {
  const { lines } = fc.sample(madeDocuments, 1)[0]!;
  await expect(verifyDocument([fileOf(lines)], { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});
