import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callLine, DOCUMENT_FORMAT, DocumentBuilder, priceLine, sealDocument, type CallRow, type PriceRow } from '@steelyard/invoice';
import { canonicalJson } from '@steelyard/kernel';
import fc from 'fast-check';
import { runCli } from '../program.js';

const price: PriceRow = { id: '00000000-0000-7000-8000-0000000000aa', terms: { currency: 'usd', components: [{ unit: 'input_token', amountNano: 150_000_000n, per: 1_000_000n }] } };

const calls = Array.from({ length: 5 }, (_, n): CallRow => ({
  type: 'usage', id: `00000000-0000-7000-8000-00000000000${n}`, modelId: price.id, versionId: price.id, priceId: price.id, status: 'succeeded', unit: 'input_token',
  quantity: 123_456n, lines: null, freeQuantity: 0n, amountNano: 18_518_400n, currency: 'usd', tag: '',
}));

/** An invoice's hash and its file. */
function invoice(place: number, previousHash: string | null): { hash: string; text: string } {
  const builder = new DocumentBuilder({ format: DOCUMENT_FORMAT, kind: 'invoice', id: price.id, organizationId: price.id, period: 202610 + place, currency: 'usd' });
  builder.price(price);
  for (const call of calls) builder.call(call);
  const tax = { basisPoints: 1_900, label: 'VAT', id: '' };
  const facts = { number: `SY-2026-00000${place}`, place, issuedAt: '2026-12-02T00:00:00.000Z', previousHash, organization: { handle: 'acme', name: 'Acme' }, names: {}, tax, reason: null, invoice: null };
  const document = sealDocument(builder.header, facts, builder.result(tax.basisPoints));
  return { hash: document.hash, text: [canonicalJson(document), priceLine(price), ...calls.map((call) => callLine(call)), ''].join('\n') };
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

  it('that follow each other are held against each other', async () => {
    const first = invoice(1, null);
    await writeFile(join(dir, '1.jsonl'), first.text);
    await writeFile(join(dir, '2.jsonl'), invoice(2, first.hash).text);
    await writeFile(join(dir, 'other.jsonl'), invoice(2, 'f'.repeat(64)).text);
    expect((await cli('invoice', 'verify', '1.jsonl', '2.jsonl')).code).toBe(0);
    expect(await cli('invoice', 'verify', '1.jsonl', 'other.jsonl')).toMatchObject({ code: 1, out: expect.stringContaining('NOT VALID: it says that SY-2026-000001 had the hash ffff') });
  });
});
