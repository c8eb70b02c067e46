import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SoldVersions } from '@steelyard/domain-catalog';
import { OrganizationHandles, Peppers } from '@steelyard/domain-identity';
import { Ledger } from '@steelyard/domain-ledger';
import { Metering, type DoneRecord } from '@steelyard/domain-metering';
import { newId, type Caller } from '@steelyard/kernel';
import type { Database } from '@steelyard/platform-database';
import { openJournal, type Journal } from '@steelyard/platform-journal';
import { silentLogger } from '@steelyard/platform-observability';
import { checkReceipt } from '@steelyard/receipt';
import { describeDatabase } from '@steelyard/test-support';
import { CatalogWorld } from '../../../catalog/src/catalog.fixture.js';
import { Charges } from './charges.js';
import { IssueReceipt } from './issue-receipt.js';
import { ReceiptKeys } from './receipt-keys.js';

const DEADLINE_MS = 60_000;
const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** As much of a server as makes receipts. */
class Server {
  readonly metering: Metering;
  readonly keys: ReceiptKeys;
  readonly receipts: IssueReceipt;

  constructor(database: Database, readonly journal: Journal, pepper = 'pepper') {
    const handles = new OrganizationHandles(database);
    this.metering = new Metering(database, journal, silentLogger, new Ledger(database), { flushIntervalMs: 60_000 });
    this.keys = new ReceiptKeys(database, new Peppers([pepper]), silentLogger);
    this.receipts = new IssueReceipt(new Charges(database, this.metering, { deadlineMs: DEADLINE_MS }), new SoldVersions(database, handles), handles, this.keys);
  }

  static async start(database: Database, dir: string, pepper?: string): Promise<Server> {
    const server = new Server(database, await openJournal({ dir: mkdtempSync(join(dir, 'log-')), sync: 'write' }), pepper);
    await server.metering.recover();
    await server.keys.onApplicationBootstrap();
    return server;
  }

  async stop(): Promise<void> {
    await this.metering.close();
    await this.journal.close();
  }

  async keySet() {
    return { keys: (await this.keys.list()).map(({ jwk }) => jwk) };
  }
}

describeDatabase('receipts', (context) => {
  let dir: string;
  let servers: Server[];
  let consumer: Caller;
  let sale: Pick<DoneRecord, 'consumerTenantId' | 'providerTenantId' | 'modelId' | 'versionId' | 'priceId'>;
  let seller: string;

  const start = async (pepper?: string): Promise<Server> => {
    const server = await Server.start(context.database(), dir, pepper);
    servers.push(server);
    return server;
  };

  beforeEach(async () => {
    [dir, servers] = [mkdtempSync(join(tmpdir(), 'steelyard-receipts-')), []];
    // As if none of the servers of other tests had been there.
    await context.database().withPlatform((tx) => tx.receiptKey.updateMany({ where: { retiredAt: null }, data: { retiredAt: new Date(), privateKey: null } }));
    const catalog = new CatalogWorld(context.database());
    seller = `seller-${newId().slice(-6)}`;
    const provider = await catalog.openOrganization(seller);
    consumer = await catalog.openOrganization(`buyer-${newId().slice(-6)}`);
    const { modelId, versionId } = await catalog.publish(provider, { name: 'digits', amountNano: 200_000n });
    const { rows } = await context.database().pool.query<{ id: string }>('SELECT id FROM price WHERE version_id = $1', [versionId]);
    sale = { consumerTenantId: consumer.organizationId, providerTenantId: provider.organizationId, modelId, versionId, priceId: rows[0]!.id };
  });

  afterEach(async () => {
    for (const server of servers) await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const callOf = (fields: Partial<DoneRecord> = {}): DoneRecord => ({
    ...sale,
    eventId: newId(),
    keyId: 'key1',
    status: 'succeeded',
    unit: 'request',
    quantity: 1n,
    amountNano: 200_000n,
    feeNano: 30_000n,
    currency: 'usd',
    inputHash: sha256('input'),
    outputHash: sha256('output'),
    build: 'steelyard 0.1.0; echo 0.1.0; node 20.20.2',
    queueMicros: 1,
    computeMicros: 2,
    totalMicros: 3,
    occurredAtMs: Date.now(),
    ...fields,
  });

  it('say what was charged, from the end of the call on, and say the same for ever', async () => {
    const server = await start();
    const call = callOf();
    await server.metering.succeeded(call);
    const atOnce = await server.receipts.issue(consumer, call.eventId);
    await server.metering.flush();
    const later = await server.receipts.issue(consumer, call.eventId);
    expect(later).toEqual(atOnce);
    expect(later.receipt).toMatchObject({
      predictionId: call.eventId,
      consumer: { organizationId: consumer.organizationId, handle: consumer.organizationHandle },
      model: { ref: `${seller}/digits@1.0.0`, versionId: sale.versionId },
      input: { encoding: 'cbor', sha256: sha256('input').toString('hex') },
      price: { id: sale.priceId, components: [{ unit: 'request', amountNano: '200000', per: '1' }], free: null },
      charge: { amountNano: '200000', lines: [{ unit: 'request', quantity: '1', amountNano: '200000' }] },
      build: call.build,
      occurredAt: new Date(call.occurredAtMs).toISOString(),
    });
    const hashes = { inputHashes: [sha256('input').toString('hex')], outputHashes: [sha256('output').toString('hex')] };
    expect(await checkReceipt(later.jws, { keys: await server.keySet(), ...hashes })).toMatchObject({ valid: true, receipt: later.receipt });
  });

  it('have every component of a price, the free ones too, and say why a call was cut short', async () => {
    const server = await start();
    const priceId = newId();
    const components = [['output_token', '150000000', '1000000'], ['request', '0', '1']].map(([unit, amountNano, per]) => ({ unit, amountNano, per }));
    await context.database().pool.query(
      'INSERT INTO price (tenant_id, id, version_id, currency, components, free) VALUES ($1, $2, $3, $4, $5, $6)',
      [sale.providerTenantId, priceId, sale.versionId, 'usd', JSON.stringify(components), JSON.stringify({ unit: 'request', quantity: '10' })],
    );
    const lines = [{ unit: 'output_token', quantity: 1_000n, amountNano: 150_000n }, { unit: 'request', quantity: 1n, amountNano: 0n }] as const;
    const paid = callOf({ priceId, unit: 'output_token', quantity: 1_000n, amountNano: 150_000n, feeNano: 0n, lines, outputHash: undefined, errorCode: 'INFERENCE.CUT_SHORT_BY_CALLER' });
    const free = callOf({ priceId, unit: 'output_token', quantity: 1_000n, amountNano: 0n, feeNano: 0n, lines: lines.map((line) => ({ ...line, amountNano: 0n })), freeQuantity: 1n });
    await server.metering.succeeded(paid);
    await server.metering.succeeded(free);
    await server.metering.flush();
    const keys = await server.keySet();
    const [ofPaid, ofFree] = [await server.receipts.issue(consumer, paid.eventId), await server.receipts.issue(consumer, free.eventId)];
    expect(await checkReceipt(ofPaid.jws, { keys })).toMatchObject({ valid: true, receipt: { output: null, errorCode: 'INFERENCE.CUT_SHORT_BY_CALLER', charge: { amountNano: '150000', lines: [{}, { amountNano: '0' }] } } });
    expect(await checkReceipt(ofFree.jws, { keys })).toMatchObject({ valid: true, receipt: { charge: { amountNano: '0', freeQuantity: '1' } } });
  });

  it('are for nobody but who paid, and for nothing that was not charged', async () => {
    const server = await start();
    const [paid, failed] = [callOf(), callOf({ status: 'failed', errorCode: 'ENGINE.RUNNER_LOST', quantity: 0n, amountNano: 0n, feeNano: 0n })];
    await server.metering.succeeded(paid);
    server.metering.failed(failed);
    const provider = { ...consumer, organizationId: sale.providerTenantId };
    for (const isWritten of [false, true]) {
      if (isWritten) await server.metering.flush();
      await expect(server.receipts.issue(provider, paid.eventId)).rejects.toMatchObject({ code: 'INFERENCE.PREDICTION_NOT_FOUND', kind: 'not-found' });
      await expect(server.receipts.issue(consumer, failed.eventId)).rejects.toMatchObject({ code: 'INFERENCE.NO_RECEIPT', details: { errorCode: 'ENGINE.RUNNER_LOST' } });
    }
    for (const id of ['p-1', newId(Date.now() - DEADLINE_MS - 1)]) await expect(server.receipts.issue(consumer, id)).rejects.toMatchObject({ code: 'INFERENCE.PREDICTION_NOT_FOUND' });
  });

  it('are the same from every server of a database, also of what another has not written yet', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect((await two.keys.list()).filter(({ retiredAt }) => retiredAt === null)).toHaveLength(1);
    const call = callOf();
    await one.metering.succeeded(call);
    const waiting = two.receipts.issue(consumer, call.eventId);
    await one.metering.flush();
    expect(await waiting).toEqual(await one.receipts.issue(consumer, call.eventId));
  });

  it('stay good after the key was rotated, and are signed with the new one from then on', async () => {
    const server = await start();
    const call = callOf();
    await server.metering.succeeded(call);
    const before = await server.receipts.issue(consumer, call.eventId);
    const oldKeys = await server.keySet();
    const rotated = await Promise.all([server.keys.rotate(), server.keys.rotate()]);
    const after = await server.receipts.issue(consumer, call.eventId);
    expect(after.receipt).toEqual(before.receipt);
    expect(after.jws).not.toBe(before.jws);
    const keys = await server.keySet();
    expect(rotated.map(({ jwk }) => jwk.kid)).toContain(keys.keys[0]!.kid);
    for (const { jws } of [before, after]) expect((await checkReceipt(jws, { keys })).valid).toBe(true);
    expect((await checkReceipt(after.jws, { keys: oldKeys })).problem).toMatchObject({ name: 'key' });
    const { rows } = await context.database().withPlatform(async (tx) => ({ rows: await tx.receiptKey.findMany() }));
    expect(rows.filter(({ privateKey }) => privateKey !== null)).toHaveLength(1);
  });

  it('are none where a key signed them that was retired before the call', async () => {
    const server = await start();
    const call = callOf();
    await server.metering.succeeded(call);
    const { receipt } = await server.receipts.issue(consumer, call.eventId);
    // Signed while that is possible, as whoever has stolen the key could do later.
    const forged = await server.keys.sign({ ...receipt, occurredAt: new Date(Date.now() + 600_000).toISOString() });
    const oldKeys = await server.keySet();
    await server.keys.rotate();
    expect(await checkReceipt(forged, { keys: await server.keySet() })).toMatchObject({ valid: false, problem: { name: 'key', reason: expect.stringContaining('was retired at') }, receipt: undefined });
    expect((await checkReceipt(forged, { keys: oldKeys })).valid).toBe(true);
  });

  it('are not signed without the pepper, until the operator has a new key made', async () => {
    const call = callOf();
    const [first, stranger] = [await start(), await start('another pepper')];
    await stranger.metering.succeeded(call);
    await expect(stranger.receipts.issue(consumer, call.eventId)).rejects.toMatchObject({ code: 'INFERENCE.RECEIPT_KEY_SEALED', fix: expect.stringContaining('rotate-receipt-key') });
    await stranger.keys.rotate();
    const { jws } = await stranger.receipts.issue(consumer, call.eventId);
    expect((await checkReceipt(jws, { keys: await first.keySet() })).valid).toBe(true);
  });

  it('are checked by anything that knows Ed25519 and JSON Web Keys', async () => {
    const server = await start();
    const call = callOf();
    await server.metering.succeeded(call);
    const [header, payload, signature] = (await server.receipts.issue(consumer, call.eventId)).jws.split('.');
    const key = createPublicKey({ key: { ...(await server.keys.list())[0]!.jwk }, format: 'jwk' });
    expect(verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature!, 'base64url'))).toBe(true);
    expect(JSON.parse(Buffer.from(header!, 'base64url').toString())).toMatchObject({ alg: 'EdDSA', typ: 'steelyard-receipt+jws' });
  });
});
