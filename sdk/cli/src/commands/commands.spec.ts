import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeValue, toJsonValue } from '@steelyard/wire';
import { buildSchema, execute, getNamedType, getNullableType, isEnumType, isListType, isScalarType, isUnionType, type GraphQLOutputType, parse, validate } from 'graphql';
import { runCli } from '../program.js';

const schema = buildSchema(readFileSync(new URL('../../../../apps/api/schema.graphql', import.meta.url), 'utf8'));

const SCALARS: Readonly<Record<string, unknown>> = { Nano: '200000000', DateTime: '2026-11-01T00:00:00.000Z', JSON: { type: 'object' }, Int: 3, Float: 3, Boolean: false, ID: 'id-1', String: 'text' };

/** Something of the right type for every field, one of each list; of a union its last. */
function sampleOf(type: GraphQLOutputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [sampleOf(nullable.ofType)];
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues()[0]!.value;
  // What all went well with.
  if (isUnionType(named)) return { __typename: named.getTypes().find(({ name }) => !/(Refused|Invalid|BelowUsed|Required|Reached)$/.test(name))!.name };
  return isScalarType(named) ? SCALARS[named.name] : {};
}

interface Sent {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly authorization: string | undefined;
}

let dir: string;
let url: string;
let sent: Sent[];
let close: () => Promise<void>;
let exported: string[];
/** What the native route sends to those who ask for events. */
let streamed: string;

/** A server with the platform's own schema, so that a document which the platform would refuse is refused here. */
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'steelyard-commands-'));
  sent = [];
  exported = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url?.startsWith('/v1/usage.')) {
        exported.push(request.url);
        if (request.url.includes('tag=refused')) return void response.writeHead(400).end(JSON.stringify({ error: { code: 'INSIGHT.EXPORT_INVALID', kind: 'invalid', message: 'to is no time' } }));
        response.writeHead(200, { 'content-type': 'application/jsonl' }).write('{"id":1}\n{"id"');
        return void setTimeout(() => (request.url!.includes('tag=broken') ? response.destroy() : response.end(':2}\n')), 10);
      }
      if (request.url !== '/graphql') {
        if (request.headers.accept === 'text/event-stream') return void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamed);
        const facts = { 'steelyard-cost-nano': '200000', 'steelyard-prediction-id': 'p-1', 'steelyard-model': 'acme/digits@1.0.0', 'steelyard-currency': 'usd' };
        return void response.writeHead(200, facts).end(JSON.stringify({ echo: readBody(request.headers['content-type'], Buffer.concat(chunks)) }));
      }
      const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as Sent;
      sent.push({ query, variables, authorization: request.headers.authorization });
      const document = parse(query);
      const errors = validate(schema, document);
      const fieldResolver = (_source: unknown, _args: unknown, _context: unknown, info: { returnType: GraphQLOutputType }) => sampleOf(info.returnType);
      const answer = errors.length > 0 ? { errors } : execute({ schema, document, variableValues: variables, fieldResolver });
      void Promise.resolve(answer).then((body) => response.end(JSON.stringify(body)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(dir, { recursive: true });
  };
});
afterEach(() => close());

/** What is sent as the platform reads it; bytes as JSON has them. */
function readBody(type: string | undefined, body: Buffer): unknown {
  return type === 'application/cbor' ? toJsonValue(decodeValue(Uint8Array.from(body))) : JSON.parse(body.toString());
}

async function cli(argv: readonly string[], stdinText = ''): Promise<{ code: number; out: string; err: string }> {
  const io = { out: '', err: '' };
  const stdin = new PassThrough();
  stdin.end(stdinText);
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => (io.err += chunk.toString()));
  const env = { HOME: dir, STEELYARD_URL: url, STEELYARD_API_KEY: 'key-1', STEELYARD_DATA_DIR: dir };
  const code = await runCli(argv, { stdin, stderr, env, cwd: dir, stdout: { write: (text: string) => (io.out += text) } });
  return { code, ...io };
}

const COMMANDS: readonly (readonly [argv: string, shows: string])[] = [
  ['models', 'MODEL'],
  ['models --shared', 'MODEL'],
  ['model visibility digits unlisted', 'text is private now'],
  ['model share digits --with bob', 'text is shared with:'],
  ['model share digits --with bob --stop', 'text is shared with:'],
  ['model appeal digits --note ours', 'the operator has your note on text'],
  ['operator reports --state taken-down', 'KIND'],
  ['operator dismiss id-1 --reason taste', 'the report of text is dismissed'],
  ['operator takedowns', 'APPEAL'],
  ['operator takedown acme/digits --reason why', 'acme/digits is taken down: why'],
  ['operator restore acme/digits --reason why', 'acme/digits is restored: why'],
  ['operator keep acme/digits --reason why', 'acme/digits stays taken down: why'],
  ['models --search x --task custom --owner acme --first 5', 'MODEL'],
  ['models acme/digits', 'VERSION'],
  ['release digits 1.0.0 --channel beta --reason why', 'text is text now'],
  ['rollback digits', 'text is text again'],
  ['canary start digits 1.1.0 --percent 5 --reason why', '1.1.0 gets 5 % of the calls of text, the others get text'],
  ['canary promote digits', 'text is text now'],
  ['canary stop digits --reason why', 'text is text for every call again'],
  ['canary status digits --channel text', 'VERSION'],
  ['price show acme/digits@1.0.0', 'text costs 0.20 text per 3 text, 3 text free a month, since 2026-11-01'],
  ['price show digits', 'PRICE'],
  ['price history digits', 'REASON'],
  ['price set digits --unit request --amount 0.01 --component image:1:10 --free request:5 --from 2027-01-01 --reason why', 'text costs that already'],
  ['price set acme/digits@1.0.0 --free-of-charge --currency eur --dry-run', 'text costs that already'],
  ['balance', 'available  text text'],
  ['usage --from 2026-11-01 --side provider', '3 calls, 3 failed, 0.00 text earned after fees'],
  ['usage', '3 calls, 3 failed, 0.20 text charged'],
  ['usage --tag nightly --model acme/digits --key k-1 --status failed', 'text'],
  ['usage --by model', 'MODEL'],
  ['usage --by day --from 2026-11-01', '2026-11-01'],
  ['usage --by tag --side provider', 'EARNED'],
  ['budget list --ended', 'LAST ALERT'],
  ['budget create all --limit 25.00', 'key text'],
  ['budget change id-1 --limit 5 --soft --no-webhook', 'tells'],
  ['budget end id-1', 'has ended'],
  ['keys create ci --scope predict --expires 2027-01-01', 'text'],
  ['keys create ci --for publishing --models acme/one,acme/two --requests-per-minute 60', 'text'],
  ['keys list', 'PER MINUTE'],
  ['keys revoke id-1', 'is revoked'],
  ['uploads list', 'GOES'],
  ['uploads remove text', '1 file is removed; unpublished: 3 B of 3 B'],
  ['uploads remove --all', '1 file is removed; unpublished: 3 B of 3 B'],
  ['signing-key list', 'STATE'],
  ['signing-key revoke text', 'text (id-1) is revoked'],
  ['signing-key require --off', 'Versions must be signed, since 2026-11-01'],
  ['operator create-org acme --name Acme --owner a@example.org', 'text'],
  ['operator credit acme 10.00 --reason welcome', 'acme has text text now'],
  ['operator rebuild-usage --from 2026-11-01 --to 2026-11-03', '6 sums of 2 days are added up; 6 of them were wrong or missing'],
  ['operator limit-org acme 6000', 'acme may send 6000 requests in a minute'],
  ['operator limit-org acme default', 'acme is limited as the server is set'],
  ['operator rotate-receipt-key', 'receipts are signed with id-1 now'],
  ['operator tax acme 19 --label VAT --id DE1', 'acme is taxed by 19 %'],
  ['invoice list --kind credit-note --first 5', 'credit note'],
  ['invoice show SY-2026-000042', 'total text text'],
  ['statement list', 'GROSS'],
  ['usage correct id-1 id-2 --reason wrong', '2 charges are taken back'],
  ['period list', '3 of 3'],
  ['period close 202611', '3 of 3 documents are issued'],
  ['payments list', 'REFUNDED'],
  ['payout list', 'MONTH'],
  ['payout setup --email ada@example.org --country US', 'text'],
  ['operator payout prepare 202611', 'ORGANIZATION'],
  ['operator payout mark-paid id-1 --reference SEPA', 'ORGANIZATION'],
  ['operator payout list 202611', 'ORGANIZATION'],
  ['operator payout reverse id-1 --reason why', 'ORGANIZATION'],
  ['operator payments acme --first 5', 'PAYMENT'],
  ['operator call id-1', 'charged    0.20 text, of that fee 0.20 text'],
  ['operator outbox', 'WHAT TO DO'],
  ['operator resolve id-1 give-up --reason why', 'text is done: text'],
  ['engine status', 'DEVICE'],
  ['engine devices', 'text cannot use text: text'],
  ['engine pin text', 'text may be unloaded again'],
  ['engine pin acme/digits@1.0.0 --off', 'acme/digits@1.0.0 may be unloaded again'],
  ['engine unload id-1', 'text is busy or not loaded'],
  ['generate', 'steelyard.gen.ts is written'],
  ['generate --model text/text', 'references'],
];

describe('commands', () => {
  beforeEach(() => writeFile(join(dir, 'operator.key'), 'operator-key\n'));

  it.each(COMMANDS)('steelyard %s: the platform\'s schema takes it, people and programs can read the result', async (line, shows) => {
    const argv = line.split(' ');
    const plain = await cli(argv);
    expect(plain).toMatchObject({ code: 0, out: expect.stringContaining(shows) });
    const json = await cli([...argv, '--json']);
    expect(json).toMatchObject({ code: 0, err: '' });
    expect(typeof JSON.parse(json.out)).toBe('object');
    expect(new Set(sent.map(({ authorization }) => authorization))).toEqual(new Set([['operator', 'engine', 'period'].includes(argv[0]!) || line.startsWith('usage correct') ? 'Bearer operator-key' : 'Bearer key-1']));
  });

  it('signing-key create writes the private key for its owner alone, over no other, and sends the public part', async () => {
    const { code, out, err } = await cli(['signing-key', 'create', 'my ci']);
    expect({ code, out, err }).toEqual({ code: 0, out: 'text (id-1) is registered\n', err: expect.stringContaining('--sign my-ci.key.pem') });
    const pem = await readFile(join(dir, 'my-ci.key.pem'), 'utf8');
    expect([pem.split('\n')[0], statSync(join(dir, 'my-ci.key.pem')).mode & 0o777]).toEqual(['-----BEGIN PRIVATE KEY-----', 0o600]);
    expect(sent[0]!.variables).toEqual({ input: { name: 'my ci', publicKey: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/) } });
    expect(await cli(['signing-key', 'create', 'my ci'])).toMatchObject({ err: expect.stringContaining('never written over another') });
    expect(await readFile(join(dir, 'my-ci.key.pem'), 'utf8')).toBe(pem);
    expect((await cli(['signing-key', 'create', 'again', '--public-key', 'my-ci.key.pem'])).code).toBe(0);
    expect(sent[1]!.variables).toEqual({ input: { ...(sent[0]!.variables['input'] as object), name: 'again' } });
  });

  it('usage export writes the platform’s file as it comes, with the filters before or after it', async () => {
    const { code, out } = await cli(['usage', '--tag', '', 'export', '--format', 'jsonl', '--from', '2026-11-01', '--model', 'acme/digits', '--key', 'k-1']);
    expect({ code, out }).toEqual({ code: 0, out: '{"id":1}\n{"id":2}\n' });
    expect(exported).toEqual(['/v1/usage.jsonl?side=consumer&from=2026-11-01T00%3A00%3A00.000Z&model=acme%2Fdigits&key=k-1&tag=']);
    const saved = await cli(['usage', 'export', '--out', 'calls.csv', '--json']);
    expect(JSON.parse(saved.out)).toEqual({ path: join(dir, 'calls.csv'), lines: 2, bytes: 18 });
    expect(await readFile(join(dir, 'calls.csv'), 'utf8')).toBe('{"id":1}\n{"id":2}\n');
    expect(await cli(['usage', 'export', '--tag', 'refused', '--out', 'none.csv'])).toMatchObject({ code: 1, err: expect.stringContaining('to is no time') });
    expect(await cli(['usage', 'export', '--tag', 'broken', '--out', 'none.csv'])).toMatchObject({ code: 5, err: expect.stringContaining('before the file was complete') });
    await expect(readFile(join(dir, 'none.csv'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readFile(join(dir, 'none.csv.part'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await cli(['usage', 'export', '--out', 'no/such/folder.csv'])).toMatchObject({ err: expect.stringContaining('folder.csv.part cannot be written') });
  });

  it('operator rebuild-usage --check fails where sums are wrong', async () => {
    const { code, out } = await cli(['operator', 'rebuild-usage', '--from', '2026-11-01', '--to', '2026-11-02', '--check']);
    expect({ code, out }).toEqual({ code: 1, out: '3 sums of 1 days are wrong; run this without --check\n' });
    expect(sent[0]!.variables).toEqual({ from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' });
  });

  it('budgets are sent as they are written, and only what is named is changed', async () => {
    await cli(['budget', 'create', 'ci', '--limit', '2.5', '--period', 'day', '--key', 'k-1', '--soft', '--alert', '50', '90', '--webhook', 'https://example.com/']);
    await cli(['budget', 'create', 'm', '--limit', '1', '--model', 'acme/digits', '--alert', 'none', '--currency', 'eur']);
    for (const flags of [['--limit', '5', '--hard'], ['--no-webhook', '--new-secret'], ['--soft', '--alert', '75']]) await cli(['budget', 'change', 'b-1', ...flags]);
    const common = { period: 'DAY', hard: false };
    expect(sent.map(({ variables }) => variables['input'])).toEqual([
      { ...common, name: 'ci', scope: 'KEY', keyId: 'k-1', limit: '2.5', alertPercents: [50, 90], webhook: 'https://example.com/' },
      { ...common, name: 'm', scope: 'MODEL', model: 'acme/digits', limit: '1', currency: 'eur', period: 'MONTH', hard: true, alertPercents: [] },
      { id: 'b-1', limit: '5', hard: true },
      { id: 'b-1', webhook: null, newWebhookSecret: true },
      { id: 'b-1', hard: false, alertPercents: [75] },
    ]);
  });

  it('a test of a webhook that does not arrive is a failure', async () => {
    expect(await cli(['budget', 'test', 'b-1'])).toMatchObject({ code: 5, out: '', err: expect.stringContaining('the test did not arrive: text') });
  });

  it.each([
    ['budget create all', '--limit'],
    ['budget create all --limit 1 --key a --model b/c', 'cannot be used with'],
    ['budget create all --limit 1 --alert 101', 'must be a whole number from 1 to 100'],
    ['budget create all --limit 1 --period year', 'Allowed choices are day, month, total'],
    ['budget change b-1 --hard --soft', 'cannot be used with'],
  ])('%s is wrong usage', async (line, says) => {
    expect(await cli(line.split(' '))).toMatchObject({ code: 2, err: expect.stringContaining(says) });
    expect(sent).toEqual([]);
  });

  it.each([
    ['topup 25.00 --saved --key once', 'Nothing was charged: text', { amount: '25.00', method: 'SAVED', idempotencyKey: 'once' }],
    ['operator refund id-1 5.00 --reason why --id r-1', 'were not refunded, and are back in the wallet: text', { paymentId: 'id-1', amount: '5.00', reason: 'why', id: 'r-1' }],
  ])('%s ends with 1 where no money has moved, and can be sent again', async (line, shows, input) => {
    expect(await cli(line.split(' '))).toMatchObject({ code: 1, out: expect.stringContaining(shows) });
    expect(sent[0]!.variables['input']).toEqual(input);
  });

  it('reconcile ends with 1 where Stripe and the ledger differ', async () => {
    expect(await cli(['operator', 'reconcile', '2026-11-29'])).toMatchObject({ code: 1, out: expect.stringContaining('AT STRIPE') });
    expect(sent[0]!.variables).toEqual({ day: '2026-11-29' });
  });

  it('operator check ends with 1 where somebody has to look, and says at what', async () => {
    const check = await cli(['operator', 'check']);
    expect(check).toMatchObject({ code: 1, out: expect.stringMatching(/^ACCOUNTS IN TEXT[^]*ledger +text +does not balance[^]*outbox +id-1 +text: text; steelyard operator resolve[^]*alerts of budgets that were given up/) });
  });

  it('credit can be sent again under its id', async () => {
    await cli(['operator', 'credit', 'acme', '1.00', '--reason', 'x', '--id', 'c-1']);
    const { out } = await cli(['operator', 'credit', 'acme', '1.00', '--reason', 'x', '--json']);
    expect(sent[0]!.variables['input']).toEqual({ handle: 'acme', amount: '1.00', reason: 'x', id: 'c-1' });
    expect((JSON.parse(out) as { id: string }).id).toBe((sent[1]!.variables['input'] as { id: string }).id);
  });

  it('run puts an input together from a file, stdin, fields and media', async () => {
    await writeFile(join(dir, 'in.json'), '{"a":1,"b":2}');
    await writeFile(join(dir, 'x.png'), Buffer.from([0, 1, 254]));
    const echoOf = async (argv: string[], stdin?: string) => JSON.parse((await cli(['run', 'acme/digits', ...argv], stdin)).out) as unknown;
    expect(await echoOf(['--input', 'in.json', 'b=3', 'c=text', 'd="7"', 'e=[1,{"x":null}]', 'f=', 'g=@x.png', 'h=a=b'])).toEqual({
      echo: { a: 1, b: 3, c: 'text', d: '7', e: [1, { x: null }], f: '', g: 'AAH+', h: 'a=b' },
    });
    expect(await echoOf(['--input', '-'], '{"text":"hello"}')).toEqual({ echo: { text: 'hello' } });
    expect(await echoOf(['--image', 'x.png'])).toEqual({ echo: { image: 'AAH+' } });
    const detailed = JSON.parse((await cli(['run', 'acme/digits', 'a=1', '--json'])).out) as unknown;
    expect(detailed).toMatchObject({ output: { echo: { a: 1 } }, prediction: { id: 'p-1', model: 'acme/digits@1.0.0', costNano: '200000', currency: 'usd' } });
    for (const wrong of [['novalue'], ['--input', 'none.json'], ['a=@none.png'], ['--input', 'x.png'], ['--deadline', 'soon', 'a=1'], ['=1']]) {
      expect((await cli(['run', 'acme/digits', ...wrong])).code).toBe(2);
    }
  });

  it('run --stream prints text as it comes, other parts as lines, and of a model without parts its output', async () => {
    const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    const done = event('done', { output: { text: 'ab' }, prediction: { id: 'p-1', model: 'acme/story@1.0.0', costNano: '5', currency: 'usd', replayed: false, timings: { coldStartMs: 812 } } });
    streamed = [event('state', { state: 'loading' }), event('part', { text: 'a\u001b[2J' }), event('part', { text: 'b' }), event('part', { image: 1 }), done].join('');
    const argv = ['run', 'acme/story', 'prompt=x', '--stream'];
    const plain = await cli(argv);
    expect(plain).toMatchObject({ code: 0, out: 'a[2Jb\n{"image":1}\n' });
    expect(plain.err).toMatch(/cold start 812 ms .*prediction p-1/);
    const { code, out } = await cli([...argv, '--json']);
    expect([code, ...out.trim().split('\n').map((line) => (JSON.parse(line) as { event: string }).event)]).toEqual([0, 'state', 'part', 'part', 'part', 'done']);
    streamed = done;
    expect((await cli(argv)).out).toBe('{\n  "text": "ab"\n}\n');
    streamed = event('part', { text: 'a' }) + event('error', { status: 504, error: { code: 'X.LATE', message: 'late', charged: true } });
    expect(await cli(argv)).toMatchObject({ code: 5, out: 'a\n', err: expect.stringContaining('charged: yes') });
    const lines = (await cli([...argv, '--json'])).out.trim().split('\n');
    expect(JSON.parse(lines[1]!)).toMatchObject({ error: { code: 'X.LATE', charged: 'yes' } });
  });

  it('generate --check fails when the file is not what the catalog says', async () => {
    expect(await cli(['generate', '--check'])).toMatchObject({ code: 1, err: expect.stringContaining('steelyard generate') });
    await cli(['generate']);
    expect(await readFile(join(dir, 'steelyard.gen.ts'), 'utf8')).toContain('export interface Models');
    expect((await cli(['generate', '--check'])).code).toBe(0);
    await writeFile(join(dir, 'steelyard.gen.ts'), 'old');
    expect((await cli(['generate', '--check'])).code).toBe(1);
  });

  it('configure stores a key that the platform knows', async () => {
    const { code, out } = await cli(['configure', '--url', url, '--api-key', 'key-2', '--profile', 'mine', '--json']);
    expect(code).toBe(0);
    const { path } = JSON.parse(out) as { path: string };
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ profiles: { mine: { url, apiKey: 'key-2' } } });
    expect(sent[0]!.authorization).toBe('Bearer key-2');
  });

  it('the publishing documents fit the schema too', async () => {
    const { PROGRESS_DOCUMENT, readPublication, startPublication } = await import('../publish/publication.js');
    const { createClient } = await import('@steelyard/client');
    expect(validate(schema, parse(PROGRESS_DOCUMENT))).toEqual([]);
    const client = createClient({ baseUrl: url, apiKey: 'k' });
    await readPublication(client, 'p');
    const folder = { source: { name: 'x' }, files: [{ path: 'a', sha256: 'b', size: 3_000_000_000 }] } as unknown as Parameters<typeof startPublication>[1];
    await startPublication(client, folder, { isPublic: true, dryRun: true, channel: 'beta' });
    expect(sent.at(-1)!.variables['input']).toEqual({ manifest: { name: 'x' }, files: folder.files, channel: 'beta', public: true, dryRun: true });
    await client.predictions.get('p');
  });
});
