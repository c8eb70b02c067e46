import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '@steelyard/client';
import { verifyReceipt } from '@steelyard/client/receipts';
import { encodeValue } from '@steelyard/wire';
import { openDatabase } from '@steelyard/platform-database';
import { repositoryRoot, RunningPlatform, writeEchoPackage } from '@steelyard/test-support';

/** What no call but those that are kept may leave behind, and a word that is left behind on purpose: the search must find it. */
const MARK = 'walnut-4711-meadow';
const TAG = 'left-behind-on-purpose';

const MANIFEST = `schema: 1
name: echo
version: 1.0.0
license: Apache-2.0
task: custom
description: Answers with its input.
intendedUse: For tests.
runtime: { name: echo, range: ^0.1.0, options: { parts: true, partDelayMs: 1, crashOn: true, failOn: true } }
artifacts: [ { path: weights.json } ]
input: { type: object, required: [text], properties: { text: { type: string, maxLength: 10000 }, number: { type: number }, fail: {}, crash: {} } }
output: { type: object, properties: { text: { type: string }, number: { type: number } } }
price: { unit: request, amount: "0.001", currency: usd }
`;

describe('privacy', () => {
  let platform: RunningPlatform;
  let key: string;
  let masking: { readonly secret: string; readonly id: string };
  let billing: string;

  beforeAll(async () => {
    platform = await RunningPlatform.start({ env: { STEELYARD_LOG_LEVEL: 'debug' } });
    const provider = await platform.openOrganization('acme');
    await platform.publish(provider, await writeEchoPackage({ manifest: MANIFEST }), '--public');
    await platform.publish(provider, join(repositoryRoot, 'plugins/models/tiny-stories-onnx'), '--public');
    key = await platform.openOrganization('consumer', '5.00');
    masking = await newKey('masking');
    billing = (await newKey('billing', ['usage:read', 'balance:read'])).secret;
  }, 90_000);

  afterAll(() => platform.stop());

  async function newKey(name: string, scopes = ['predict', 'usage:read', 'calls:read']): Promise<{ secret: string; id: string }> {
    const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }';
    const { createApiKey } = await platform.graphql(key, document, { input: { name, scopes } });
    return { secret: createApiKey.secret, id: createApiKey.apiKey.id };
  }

  const client = (apiKey: string) => createClient({ baseUrl: platform.url, apiKey });
  const setPolicy = (input: object) => platform.graphql(key, 'mutation ($input: SetPrivacyPolicyInput!) { setPrivacyPolicy(input: $input) { scope } }', { input });
  const post = (secret: string, path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${platform.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers }, body });

  /** Marked calls through every door, answered, followed, refused, failed and crashed; gives what the answers said. */
  async function callEverywhere(secret: string): Promise<string[]> {
    const input = { text: MARK };
    const openInference = { inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], data: [MARK] }] };
    const document = 'mutation ($input: PredictInput!) { predict(input: $input) { __typename ... on PredictSuccess { output } } }';
    const json = (value: unknown) => JSON.stringify(value);
    const answers = [
      await post(secret, '/v1/predict/acme/echo', json(input), { 'steelyard-tag': TAG }),
      await post(secret, '/v1/predict/acme/echo', json(input), { 'idempotency-key': 'once' }),
      await post(secret, '/v1/predict/acme/echo', json(input), { 'idempotency-key': 'once' }),
      await post(secret, '/v1/predict/acme/echo', Uint8Array.from(encodeValue(input)), { 'content-type': 'application/cbor' }),
      await post(secret, '/v1/predict/acme/echo', json(input), { accept: 'text/event-stream' }),
      await post(secret, '/graphql', json({ query: document, variables: { input: { ref: 'acme/echo', input } } })),
      await post(secret, '/graphql/models', json({ query: `mutation { acme__echo(input: { text: "${MARK}" }) { __typename ... on Acme__Echo__Success { output { text } } } }` })),
      await post(secret, '/v2/models/acme/echo/infer', json(openInference)),
      await post(secret, '/openai/v1/chat/completions', json({ model: 'acme/tiny-stories-onnx', messages: [{ role: 'user', content: MARK }], max_tokens: 2 })),
      await post(secret, '/openai/v1/chat/completions', json({ model: 'acme/echo', messages: [{ role: 'user', content: MARK }] })),
      await post(secret, '/v1/predict/acme/echo', json({ text: 7, number: MARK })),
      await post(secret, '/v1/predict/acme/echo', json({ ...input, fail: true })),
      await post(secret, '/v1/predict/acme/echo', json({ ...input, crash: true })),
    ];
    return Promise.all(answers.map(async (answer) => `${answer.status} ${await answer.text()}`));
  }

  /** Every row of every table that has a word in it, and the table's name. */
  async function rowsWith(word: string): Promise<string[]> {
    const database = await openDatabase({ dataDir: platform.dataDir });
    try {
      const { rows: tables } = await database.pool.query<{ name: string }>(`SELECT c.oid::regclass::text AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`);
      expect(tables.length).toBeGreaterThan(30);
      const found: string[] = [];
      for (const { name } of tables) {
        const { rows } = await database.pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`);
        found.push(...rows.filter(({ row }) => spellingsOf(word).some((spelling) => row.includes(spelling))).map(({ row }) => `${name}: ${row}`));
      }
      return found;
    } finally {
      await database.close();
    }
  }

  /** Every file of the data folder that has a word in it: the database's own files and log, blobs, the journal. */
  async function filesWith(word: string): Promise<string[]> {
    const found: string[] = [];
    for (const entry of await readdir(platform.dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const content = await readFile(path).catch(() => Buffer.alloc(0));
      if (spellingsOf(word).some((spelling) => content.includes(spelling))) found.push(path);
    }
    return found;
  }

  it('leaves nothing of inputs and outputs behind: without a policy, and with none kept', async () => {
    const none = await newKey('none');
    await setPolicy({ keyId: none.id, retentionHours: 0 });
    for (const secret of [key, none.secret]) {
      const answers = await callEverywhere(secret);
      expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['200', '200', '200', '200', '200', '200', '200', '200', '200', expect.stringMatching(/^4/), '400', expect.stringMatching(/^[45]/), '503']);
      // What came back is what went in, through every door that answers; with none kept, a retry is answered by another run, for nothing.
      expect(answers.slice(0, 8).filter((answer) => !answer.includes(MARK))).toEqual([]);
    }
    await platform.settledBalance(key);
    expect(await rowsWith(MARK)).toEqual([]);
    expect(await rowsWith(TAG)).not.toEqual([]);
    expect(platform.output).not.toContain(MARK);
  }, 60_000);

  it('keeps what a key has kept, for who may see calls and not for who only pays; sealed', async () => {
    const kept = await newKey('kept');
    await setPolicy({ keyId: kept.id, retentionHours: 24 });
    const { headers } = await platform.predict(kept.secret, 'acme/echo', { text: MARK });
    const id = headers.get('steelyard-prediction-id')!;
    const shown = await platform.cli(key, 'calls', 'show', id, '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ prediction: { id, status: 'SUCCEEDED' }, kept: { input: { state: 'KEPT', value: { text: MARK } }, output: { value: { text: MARK } } } });
    const asBilling = await platform.graphqlRaw(billing, 'query ($id: ID!) { keptCall(id: $id) { input { value } } }', { id });
    expect(asBilling.errors?.[0]?.extensions).toMatchObject({ code: 'IDENTITY.FORBIDDEN' });
    expect(JSON.stringify(asBilling)).not.toContain(MARK);
    expect(await rowsWith(MARK)).toEqual([]);
    expect(await rowsWith(id)).toEqual(expect.arrayContaining([expect.stringMatching(/^kept_call: /)]));
  }, 60_000);

  it('masks before the model sees it, and says so in headers and in the receipt', async () => {
    const set = await platform.cli(key, 'privacy', 'set', '--mask', 'email,card', '--block', 'iban', '--key', masking.id);
    expect(set).toMatchObject({ code: 0, stdout: expect.stringMatching(/key masking +email, card +iban/) });
    const sent = { text: 'ada@example.org paid by 4111 1111 1111 1111' };
    const seen = { text: '[email] paid by [card]' };
    const { status, headers, body } = await platform.predict(masking.secret, 'acme/echo', sent);
    expect({ status, body, masked: headers.get('steelyard-masked') }).toEqual({ status: 200, body: seen, masked: 'email=1, card=1' });
    const { receipt, jws } = await client(masking.secret).predictions.receipt(headers.get('steelyard-prediction-id')!);
    expect(receipt.masked).toEqual([{ kind: 'email', count: 1 }, { kind: 'card', count: 1 }]);
    const keys = await client(masking.secret).receiptKeys();
    expect(await verifyReceipt(jws, { keys, input: seen, output: seen })).toMatchObject({ valid: true });
    expect(await verifyReceipt(jws, { keys, input: sent })).toMatchObject({ valid: false, problem: { name: 'input', reason: expect.stringContaining('masked (email 1, card 1)') } });
  }, 60_000);

  it('masks through every door, and by the wish of one call', async () => {
    const text = 'ada@example.org';
    const graphql = await platform.graphql(masking.secret, 'mutation ($input: PredictInput!) { predict(input: $input) { ... on PredictSuccess { output prediction { masked { kind count } } } } }', { input: { ref: 'acme/echo', input: { text } } });
    expect(graphql.predict).toEqual({ output: { text: '[email]' }, prediction: { masked: [{ kind: 'EMAIL', count: 1 }] } });
    const stream = await (await post(masking.secret, '/v1/predict/acme/echo', JSON.stringify({ text }), { accept: 'text/event-stream' })).text();
    expect(stream).toContain('[email]');
    expect(stream).not.toContain(text);
    const tensors = await (await post(masking.secret, '/v2/models/acme/echo/infer', JSON.stringify({ inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], data: [text] }] }))).text();
    expect(tensors).toContain('[email]');
    const chat = { model: 'acme/tiny-stories-onnx', messages: [{ role: 'user', content: text }], max_tokens: 2 };
    expect((await post(masking.secret, '/openai/v1/chat/completions', JSON.stringify(chat))).headers.get('steelyard-masked')).toBe('email=1');
    const cbor = await post(masking.secret, '/v1/predict/acme/echo', Uint8Array.from(encodeValue({ text })), { 'content-type': 'application/cbor' });
    expect(await cbor.json()).toEqual({ text: '[email]' });
    expect((await platform.predict(key, 'acme/echo', { text })).body).toEqual({ text });
    expect((await platform.predict(key, 'acme/echo', { text }, { 'steelyard-privacy': 'mask' })).body).toEqual({ text: '[email]' });
  }, 60_000);

  it('refuses what is blocked, by its kind and for nothing', async () => {
    const before = await platform.settledBalance(key);
    const text = `to ${'DE89 3704 0044 0532 0130 00'}`;
    const { status, body } = await platform.predict(masking.secret, 'acme/echo', { text });
    expect({ status, error: body.error }).toMatchObject({ status: 422, error: { code: 'PRIVACY.BLOCKED', message: expect.stringContaining('iban'), charged: false } });
    expect(JSON.stringify(body)).not.toContain('DE89');
    expect((await platform.predict(key, 'acme/echo', { text }, { 'steelyard-privacy': 'block' })).status).toBe(422);
    expect(await platform.settledBalance(key)).toEqual(before);
  }, 60_000);

  it('has nothing in any file of the data folder in the end: neither in the files of the database nor in the journal', async () => {
    await platform.end('SIGTERM');
    expect(await filesWith(MARK)).toEqual([]);
    expect(await filesWith('ada@example.org')).toEqual([]);
    expect(await filesWith(TAG)).not.toEqual([]);
  }, 60_000);
});

/** As itself, and as it stands within JSON of bytes and in dumps of them. */
function spellingsOf(word: string): string[] {
  return [word, Buffer.from(word).toString('base64').slice(0, -4), Buffer.from(word).toString('hex')];
}
