import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callLine, DOCUMENT_FORMAT, DocumentBuilder, priceLine, sealDocument, type CallRow, type DocumentKind, type PriceRow } from '@steelyard/invoice';
import { canonicalJson } from '@steelyard/kernel';
import fc from 'fast-check';
import { runCli } from '../program.js';

const price: PriceRow = { id: '00000000-0000-7000-8000-0000000000aa', terms: { currency: 'usd', components: [{ unit: 'input_token', amountNano: 150_000_000n, per: 1_000_000n }] } };

const calls = Array.from({ length: 5 }, (_, n): CallRow => ({
  type: 'usage', id: `00000000-0000-7000-8000-00000000000${n}`, modelId: price.id, versionId: price.id, priceId: price.id, status: 'succeeded', unit: 'input_token',
  quantity: 123_456n, lines: null, freeQuantity: 0n, amountNano: 18_518_400n, currency: 'usd', tag: '',
}));

interface Given {
  readonly kind?: DocumentKind;
  readonly organizationId?: string;
  readonly period?: number;
}

/** A document's hash and its file. */
function invoice(place: number, previousHash: string | null, { kind = 'invoice', organizationId = price.id, period = 202610 + place }: Given = {}): { hash: string; text: string } {
  const builder = new DocumentBuilder({ format: DOCUMENT_FORMAT, kind, id: price.id, organizationId, period, currency: 'usd' });
  const rows = calls.map((call): CallRow => ({ ...call, type: kind === 'invoice' ? 'usage' : 'correction' }));
  builder.price(price);
  for (const row of rows) builder.call(row);
  const tax = { basisPoints: 1_900, label: 'VAT', id: '' };
  const facts = { number: `SY-2026-00000${place}`, place, issuedAt: '2026-12-02T00:00:00.000Z', previousHash, organization: { handle: 'acme', name: 'Acme' }, names: {}, tax, reason: null, invoice: null };
  const document = sealDocument(builder.header, facts, builder.result(tax.basisPoints));
  return { hash: document.hash, text: [canonicalJson(document), priceLine(price), ...rows.map((row) => callLine(row)), ''].join('\n') };
}

describe('documents on the command line', () => {
  let dir: string;
  let server: Server;
  let url: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-documents-'));
    server = createServer((request, response) => {
      const cut = /cut-after-(\d+)$/.exec(request.url!);
      if (cut) {
        response.writeHead(200).flushHeaders();
        response.write(invoice(1, null).text.slice(0, Number(cut[1])));
        return void setTimeout(() => response.destroy(), 20);
      }
      if (request.url === '/v1/documents/long') return void response.end('x'.repeat(2 ** 20));
      if (request.url !== '/v1/documents/SY-2026-000001') {
        const error = { code: 'BILLING.DOCUMENT_NOT_FOUND', message: 'your organization has no document x' };
        return void response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      }
      response.writeHead(200, { 'content-disposition': 'attachment; filename="SY-2026-000001.jsonl"' }).end(invoice(1, null).text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(dir, { recursive: true });
  });

  async function cli(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    const io = { out: '', err: '' };
    const stderr = new PassThrough();
    stderr.on('data', (chunk: Buffer) => (io.err += chunk.toString()));
    const env = { HOME: dir, STEELYARD_URL: url, STEELYARD_API_KEY: 'key-1' };
    const code = await runCli(argv, { stdin: new PassThrough(), stderr, env, cwd: dir, stdout: { write: (text: string) => (io.out += text) } });
    return { code, ...io };
  }

  it('are downloaded under their number, never over another file, and verified without a server', async () => {
    expect(await cli('invoice', 'download', 'SY-2026-000001')).toMatchObject({ code: 0, out: expect.stringContaining('SY-2026-000001.jsonl') });
    expect(await readFile(join(dir, 'SY-2026-000001.jsonl'), 'utf8')).toBe(invoice(1, null).text);
    expect(await cli('invoice', 'download', 'SY-2026-000001')).toMatchObject({ code: 2, err: expect.stringContaining('it is there already') });
    expect((await cli('statement', 'download', 'SY-2026-000001', '--output', '-')).out).toBe(invoice(1, null).text);
    expect(await cli('invoice', 'download', 'x')).toMatchObject({ code: 1, err: expect.stringContaining('BILLING.DOCUMENT_NOT_FOUND') });
    server.close();
    const { code, out } = await cli('invoice', 'verify', 'SY-2026-000001.jsonl');
    expect(out).toContain('invoice SY-2026-000001 of Acme (acme) for 202611: 0.11 usd');
    expect(out).toContain('1 prices, 5 calls: each rated again');
    expect([code, out.trim().split('\n').at(-1)]).toEqual([0, 'valid']);
  });

  it.each([0, 100])('whose connection breaks after %d bytes leave no file, and are to be asked for again', async (bytes) => {
    const id = `cut-after-${bytes}`;
    const broken = { code: 5, err: expect.stringContaining(`the connection broke after ${bytes} bytes`) };
    expect(await cli('invoice', 'download', id)).toMatchObject(broken);
    await expect(readFile(join(dir, `${id}.jsonl`))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await cli('invoice', 'download', id)).toMatchObject(broken);
    expect(await cli('invoice', 'download', id, '--output', '-')).toMatchObject(broken);
    await writeFile(join(dir, 'mine'), 'mine');
    expect(await cli('invoice', 'download', id, '--output', 'mine')).toMatchObject({ code: 2, err: expect.stringContaining('it is there already') });
    expect(await readFile(join(dir, 'mine'), 'utf8')).toBe('mine');
  });

  it('wait for whoever reads them more slowly than they come', async () => {
    let [out, isFull, wasWaitedFor] = ['', false, true];
    const stdout = {
      write: (text: string) => {
        wasWaitedFor &&= !isFull;
        out += text;
        isFull = true;
        return false;
      },
      once: (_drain: string, done: () => void) => setTimeout(() => ((isFull = false), done()), 1),
    };
    const env = { HOME: dir, STEELYARD_URL: url, STEELYARD_API_KEY: 'key-1' };
    const io = { stdin: new PassThrough(), stderr: new PassThrough(), stdout, env, cwd: dir };
    expect(await runCli(['invoice', 'download', 'long', '--output', '-'], io)).toBe(0);
    expect([out.length, wasWaitedFor]).toEqual([2 ** 20, true]);
  });

  it('fail with the first difference, for people and for programs', async () => {
    await writeFile(join(dir, 'file.jsonl'), invoice(1, null).text.replace('"18518400","currency":"usd","freeQuantity":"0","id":"00000000-0000-7000-8000-000000000003"', '"18518401","currency":"usd","freeQuantity":"0","id":"00000000-0000-7000-8000-000000000003"'));
    const problem = 'its input_token costs 18518400 by its price, and it says otherwise';
    expect(await cli('invoice', 'verify', 'file.jsonl')).toMatchObject({ code: 1, out: expect.stringContaining(`NOT VALID, line 6: 00000000-0000-7000-8000-000000000003 - ${problem}`) });
    const { code, out } = await cli('invoice', 'verify', 'file.jsonl', '--json');
    expect([code, JSON.parse(out)]).toEqual([1, expect.objectContaining({ valid: false, difference: { line: 6, subject: '00000000-0000-7000-8000-000000000003', problem } })]);
    expect((await cli('invoice', 'verify', 'none.jsonl')).code).toBe(2);
  });

  it('fail for any one digit that is changed', async () => {
    const { text } = invoice(1, null);
    const digits = [...text.matchAll(/\d/g)].map(({ index }) => index);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...digits), fc.integer({ min: 1, max: 9 }), async (at, by) => {
        await writeFile(join(dir, 'file.jsonl'), `${text.slice(0, at)}${(Number(text[at]) + by) % 10}${text.slice(at + 1)}`);
        expect((await cli('invoice', 'verify', 'file.jsonl')).code).toBe(1);
      }),
      { numRuns: 100 },
    );
  });

  describe('of which there are several', () => {
    const first = invoice(1, null);
    const second = invoice(2, first.hash);
    const third = invoice(3, second.hash);
    const elsewhere = { organizationId: '00000000-0000-7000-8000-0000000000bb' };

    async function verify(files: Readonly<Record<string, { readonly text: string }>>) {
      for (const [name, { text }] of Object.entries(files)) await writeFile(join(dir, name), text);
      const { code, out } = await cli('invoice', 'verify', ...Object.keys(files));
      const json = JSON.parse((await cli('invoice', 'verify', ...Object.keys(files), '--json')).out) as { valid: boolean; link: object; difference?: object }[];
      return { code, out, valid: json.map(({ valid }) => valid), links: json.map(({ link }) => link), differences: json.map(({ difference }) => difference) };
    }
    const passed = { outcome: 'passed' };

    it.each([
      ['in their order', { a: first, b: second, c: third }],
      ['in any other order', { a: third, b: first, c: second }],
      ['one of them twice', { a: second, b: first, c: second }],
    ])('follow each other: %s', async (_order, files) => {
      expect(await verify(files)).toMatchObject({ code: 0, links: [passed, passed, passed], out: expect.not.stringContaining('NOT') });
    });

    it('are held against the one before of their own kind and organization, whatever is between', async () => {
      const [note, other] = [invoice(1, null, { kind: 'credit_note' }), invoice(1, null, elsewhere)];
      expect(await verify({ a: first, b: note, c: other, d: second })).toMatchObject({ code: 0, links: [passed, passed, passed, passed] });
      const forged = invoice(2, 'f'.repeat(64));
      const problem = `it says that SY-2026-000001 had the hash ${'f'.repeat(64)}, and that is ${first.hash}`;
      for (const files of [[first, forged], [first, note, other, forged], [note, forged, first]]) {
        expect(await verify(Object.fromEntries(files.entries()))).toMatchObject({ code: 1, out: expect.stringContaining(`NOT VALID: ${problem}`), differences: expect.arrayContaining([{ line: 1, subject: 'previousHash', problem }]) });
      }
    });

    it('are not valid where two have one place', async () => {
      const fork = invoice(2, first.hash, { period: 202699 });
      const { code, valid, differences, links } = await verify({ a: second, b: fork, c: first, d: third });
      expect([code, valid]).toEqual([1, [false, false, true, true]]);
      expect(differences[0]).toEqual({ line: 1, subject: 'place', problem: expect.stringContaining(`SY-2026-000002 with the hash ${fork.hash} has it too`) });
      expect([links[2], links[3]]).toEqual([passed, passed]);
    });

    it('say which links could not be checked', async () => {
      const reason = 'the document between SY-2026-000001 and it is not among the valid files: the link from the one to the other was not checked';
      expect(await verify({ a: third, b: first })).toMatchObject({ code: 0, links: [{ outcome: 'skipped', reason }, passed], out: expect.stringContaining(`not checked: ${reason}`) });
      const fifth = invoice(5, third.hash);
      expect((await verify({ a: second, b: fifth })).links).toEqual([
        { outcome: 'skipped', reason: expect.stringContaining('the document before it is not among the valid files') },
        { outcome: 'skipped', reason: expect.stringContaining('the 2 documents between SY-2026-000002 and it are not among the valid files') },
      ]);
    });

    it('are compared with none that is not valid itself', async () => {
      const changed = { text: second.text.replace('"name":"Acme"', '"name":"Acmf"') };
      const { code, valid, links } = await verify({ a: first, b: changed, c: third });
      expect([code, valid]).toEqual([1, [true, false, true]]);
      expect(links).toEqual([passed, { outcome: 'skipped', reason: 'the file has no valid document' }, { outcome: 'skipped', reason: expect.stringContaining('the document between SY-2026-000001 and it') }]);
    });

    it.each([
      ['the first, and says that one was before it', invoice(1, 'f'.repeat(64)), 'it is the first of its kind'],
      ['the second, and says that none was before it', invoice(2, null), 'says that none was before it'],
      ['at no place', invoice(-1, null), 'it says that it is the -1th of its kind'],
    ])('or one: it is %s', async (_what, document, problem) => {
      await writeFile(join(dir, 'one'), document.text);
      expect(await cli('invoice', 'verify', 'one')).toMatchObject({ code: 1, out: expect.stringContaining(problem) });
    });
  });
});
