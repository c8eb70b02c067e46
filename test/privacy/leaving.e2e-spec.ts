import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '@steelyard/client';
import { verifyReceipt } from '@steelyard/client/receipts';
import { openDatabase } from '@steelyard/platform-database';
import { RunningPlatform, signInAs, writeEchoPackage } from '@steelyard/test-support';

/** In everything that the organization says of itself. */
const MARK = 'walnut-4712-meadow';
const OWNER = 'owner@acme.example';

const MANIFEST = `schema: 1
name: echo
version: 1.0.0
license: Apache-2.0
task: custom
description: Answers with its input, says ${MARK}.
intendedUse: For tests.
runtime: { name: echo, range: ^0.1.0 }
artifacts: [ { path: weights.json } ]
input: { type: object, required: [text], properties: { text: { type: string }, number: { type: number } } }
output: { type: object, properties: { text: { type: string }, number: { type: number } } }
price: { unit: request, amount: "0.01", currency: usd }
`;

describe('an organization that goes', () => {
  let platform: RunningPlatform;
  let provider: string;
  let consumer: string;
  let session: string;
  let predictionId: string;

  beforeAll(async () => {
    platform = await RunningPlatform.start({ env: { STEELYARD_ERASE_AFTER_HOURS: '0' } });
    provider = await platform.openOrganization('acme', '1.00');
    consumer = await platform.openOrganization('bob', '1.00');
    await platform.publish(provider, await writeEchoPackage({ manifest: MANIFEST, files: { 'README.md': `# Echo\n\n${MARK}\n` } }), '--public');
    await platform.graphql(provider, `mutation { createApiKey(input: { name: "${MARK}", scopes: ["predict"] }) { apiKey { id } } }`);
    await platform.graphql(provider, `mutation { setPrivacyPolicy(input: { retentionHours: 1 }) { scope } }`);
    await platform.graphql(provider, `mutation { addWebhook(input: { url: "https://example.org/${MARK}", about: "${MARK}" }) { secret } }`);
    await platform.predict(provider, 'acme/echo', { text: MARK });
    predictionId = (await platform.predict(consumer, 'acme/echo', { text: 'x' })).headers.get('steelyard-prediction-id')!;
    await platform.settledBalance(consumer);
    session = await signIn(OWNER);
  }, 90_000);

  afterAll(() => platform?.stop());

  /** Somebody's session token. */
  async function signIn(email: string): Promise<string> {
    const { browser } = await signInAs(email, `${platform.url}/auth/sign-in`);
    return /\bsteelyard=([^;]+)/.exec(browser.cookieFor(browser.url))![1]!;
  }

  /** What has the mark, of all rows, blobs and folders of versions. */
  async function placesOfMark(): Promise<string[]> {
    const places: string[] = [];
    const database = await openDatabase({ dataDir: platform.dataDir });
    try {
      const { rows } = await database.pool.query<{ name: string }>(`SELECT c.relname AS name FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'`);
      for (const { name } of rows) if ((await database.pool.query(`SELECT FROM ${name} AS t WHERE t::TEXT LIKE '%${MARK}%' LIMIT 1`)).rowCount) places.push(name);
    } finally {
      await database.close();
    }
    for (const folder of ['blobs', 'models']) {
      for (const entry of await readdir(join(platform.dataDir, folder), { recursive: true, withFileTypes: true })) {
        if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name))).includes(MARK)) places.push(folder);
      }
    }
    return [...new Set(places)].sort();
  }

  async function untilState(wanted: string): Promise<void> {
    for (let tries = 0; tries < 120; tries += 1) {
      const { organizationErasures } = await platform.graphql(platform.operatorKey, '{ organizationErasures { state obstacles } }');
      if (organizationErasures[0].state === wanted) return;
      await pause(250);
    }
    throw new Error(`the erasure did not come to ${wanted}:\n${platform.output.slice(-2_000)}`);
  }

  it('takes out all that is kept of it, which no admin may', async () => {
    const { code, stdout } = await platform.cli(provider, 'privacy', 'export', '--output', '-');
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as { table?: string; keptCall?: string; input?: { value: unknown }; end?: boolean });
    expect(lines.at(-1)).toEqual({ end: true, rows: lines.filter(({ table }) => table).length });
    for (const table of ['organization', 'member', 'api_key', 'model', 'model_version', 'webhook_endpoint', 'usage_event', 'usage_event.provided', 'ledger_transfer.in', 'audit_entry']) {
      expect(lines.some((line) => line.table === table)).toBe(true);
    }
    expect(lines.find(({ keptCall }) => keptCall)).toMatchObject({ input: { value: { text: MARK } } });
    const { createApiKey } = await platform.graphql(provider, 'mutation { createApiKey(input: { name: "reads", scopes: ["organization:manage"] }) { secret } }');
    expect((await fetch(`${platform.url}/v1/export.jsonl`, { headers: { authorization: `Bearer ${createApiKey.secret}` } })).status).toBe(403);
  });

  it('is asked for its handle and for its money, and then is erased', async () => {
    expect(await placesOfMark()).toEqual(['api_key', 'audit_entry', 'blobs', 'model_listing', 'model_version', 'models', 'publication', 'webhook_endpoint']);
    const wrong = await platform.cli(provider, 'privacy', 'erase', '--confirm', 'bob', '--json');
    expect([wrong.code, JSON.parse(wrong.stdout).error.code]).toEqual([1, 'HOLDINGS.NOT_CONFIRMED']);
    const rich = await platform.cli(provider, 'privacy', 'erase', '--confirm', 'acme', '--json');
    expect(JSON.parse(rich.stdout).error).toMatchObject({ code: 'HOLDINGS.MONEY_LEFT', message: expect.stringContaining('are earned and not paid out') });
    expect((await platform.cli(provider, 'privacy', 'erase', '--confirm', 'acme', '--forfeit')).stdout).toContain('is given up');
    await untilState('CLOSING');
    expect((await platform.graphqlRaw(provider, '{ viewer { keyId } }')).errors?.[0]?.extensions).toMatchObject({ code: 'IDENTITY.KEY_UNKNOWN' });
    expect((await platform.predict(consumer, 'acme/echo', { text: 'x' })).body.error.code).toBe('CATALOG.MODEL_NOT_FOUND');
    const { viewer } = await platform.graphql(session, '{ viewer { memberships { role } } }');
    expect(viewer.memberships).toEqual([]);
    // As if the time for what is under way were over.
    const database = await openDatabase({ dataDir: platform.dataDir });
    await database.pool.query(`UPDATE erasure SET closed_at = closed_at - INTERVAL '2 minutes'`);
    await database.close();
    await untilState('DONE');
    for (let tries = 0; tries < 40 && (await placesOfMark()).length > 0; tries += 1) await pause(250);
    expect(await placesOfMark()).toEqual([]);
  }, 90_000);

  it('leaves its consumers their charges and receipts, and nobody its handle', async () => {
    const client = createClient({ baseUrl: platform.url, apiKey: consumer });
    const { receipt, jws } = await client.predictions.receipt(predictionId);
    expect(receipt.model).toMatchObject({ digest: expect.any(String) });
    expect(await verifyReceipt(jws, { keys: await client.receiptKeys(), input: { text: 'x' }, output: { text: 'x' } })).toMatchObject({ valid: true });
    expect(JSON.parse((await platform.cli(consumer, 'usage', '--json')).stdout)).toBeDefined();
    const { trialBalance } = await platform.graphql(platform.operatorKey, '{ trialBalance { balanced } }');
    expect(trialBalance).toEqual([{ balanced: true }]);
    const again = await platform.graphqlRaw(platform.operatorKey, 'mutation { createOrganization(input: { handle: "acme", name: "Acme", ownerEmail: "x@example.org" }) { organization { id } } }');
    expect(again.errors?.[0]?.extensions).toMatchObject({ code: 'IDENTITY.HANDLE_TAKEN' });
    expect((await platform.cli(consumer, 'operator', 'erasures', '--operator-key-file', join(platform.dataDir, 'operator.key'))).stdout).toMatch(/erased-[0-9a-f]{20} +done/);
  });

  it('may be followed by its people', async () => {
    const account = await fetch(`${platform.url}/v1/account.json`, { headers: { authorization: `Bearer ${session}` } });
    expect(await account.json()).toMatchObject({ account: { email: OWNER }, memberships: [], reports: [] });
    await platform.graphql(session, 'mutation ($confirm: String!) { eraseAccount(confirm: $confirm) }', { confirm: OWNER });
    expect((await fetch(`${platform.url}/v1/account.json`, { headers: { authorization: `Bearer ${session}` } })).status).toBe(401);
  });

  it('and is not welcomed with money again by somebody who erased their account', async () => {
    const open = async (token: string, handle: string) => {
      await platform.graphql(token, 'mutation ($handle: String!) { createOrganization(input: { handle: $handle, name: "Guests" }) { organization { id } } }', { handle });
      return (await platform.graphql(token, '{ balance { availableNano } }')).balance.availableNano as string;
    };
    const [guest, friend] = [await signIn('guest@guests.example'), await signIn('friend@guests.example')];
    expect(await open(guest, 'guests')).toBe('10000000000');
    const { inviteMember } = await platform.graphql(guest, 'mutation { inviteMember(input: { email: "friend@guests.example", role: OWNER }) { link } }');
    await platform.graphql(friend, 'mutation ($token: String!) { acceptInvitation(token: $token) { role } }', { token: inviteMember.link.slice(inviteMember.link.lastIndexOf('/') + 1) });
    await platform.graphql(guest, 'mutation { eraseAccount(confirm: "guest@guests.example") }');
    expect(await open(await signIn('guest@guests.example'), 'guests-again')).toBe('0');
  });
});
