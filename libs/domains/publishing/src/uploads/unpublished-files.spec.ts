import 'reflect-metadata';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Catalog } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { newId, type Caller } from '@steelyard/kernel';
import { normaliseManifest } from '@steelyard/model-package';
import { createFolderBlobStore, type BlobStore } from '@steelyard/platform-blob-store';
import { describeDatabase } from '@steelyard/test-support';
import { Possessions } from '../persistence/possessions.repository.js';
import { Publications } from '../persistence/publications.repository.js';
import { ReceiveUpload } from './receive-upload.js';
import { UnpublishedFiles } from './unpublished-files.js';

const MANIFEST = {
  schema: 1,
  name: 'echo',
  version: '1.0.0',
  license: 'Apache-2.0',
  intendedUse: 'For tests.',
  task: 'custom',
  runtime: { name: 'echo', range: '*' },
  artifacts: [{ path: 'weights.bin' }],
  input: { type: 'object', properties: { text: { type: 'string' } } },
  output: { type: 'object' },
};
const CONFIG = { uploadLimitBytes: 1_000, unpublishedLimitBytes: 1_000, keepUnpublishedHours: 1 };
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describeDatabase('uploaded files that no version names', (context) => {
  let dir: string;
  let blobs: BlobStore;
  let catalog: Catalog;
  let unpublished: UnpublishedFiles;
  let uploads: ReceiveUpload;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-unpublished-'));
    blobs = createFolderBlobStore(dir);
    catalog = new Catalog(context.database(), new OrganizationHandles(context.database()));
    ({ unpublished, uploads } = over(blobs));
  });
  afterAll(() => rm(dir, { recursive: true }));

  function over(store: BlobStore): { unpublished: UnpublishedFiles; uploads: ReceiveUpload } {
    const possessions = new Possessions(context.database());
    const files = new UnpublishedFiles(store, possessions, new Publications(context.database()), catalog, CONFIG);
    return { unpublished: files, uploads: new ReceiveUpload(store, possessions, CONFIG, files) };
  }

  async function organization(): Promise<Caller> {
    const id = newId();
    const handle = `org-${id.slice(-12)}`;
    // As identity would: its tables are not publishing's to touch by other means.
    await context.database().pool.query('INSERT INTO organization (id, handle, name) VALUES ($1, $2, $2)', [id, handle]);
    return { organizationId: id, organizationHandle: handle, actorId: 'key', scopes: new Set(['versions:publish'] as const) };
  }

  async function send(as: Caller, bytes: Uint8Array, { by = uploads, length = bytes.length } = {}): Promise<string> {
    const sha256 = sha(bytes);
    const part = async function* () {
      yield await Promise.resolve(bytes);
    };
    await by.receive(as, { sha256, offset: 0, length, bytes: part() });
    return sha256;
  }

  /** A version that names the file; still in its trial. */
  const draft = ({ organizationId: tenantId }: Caller, sha256: string) =>
    catalog.draftVersion({
      tenantId, manifest: normaliseManifest(MANIFEST).manifest, digest: sha(randomBytes(8)), files: [{ path: 'weights.bin', sha256, size: 1 }], card: '', samples: [],
      price: { currency: 'usd', components: [{ unit: 'request', amountNano: 1n, per: 1n }] },
    });

  /** As if two hours, of which files are kept one, had passed for an organization. */
  const age = ({ organizationId }: Caller) => context.database().pool.query(`UPDATE blob_possession SET used_at = used_at - interval '2 hours' WHERE tenant_id = $1`, [organizationId]);

  async function beginPublication({ organizationId: tenantId }: Caller): Promise<() => Promise<unknown>> {
    const key = { tenantId, id: newId() };
    await context.database().withTenant(tenantId, (tx) => tx.publication.create({ data: { ...key, modelName: 'echo', version: '1.0.0', request: {}, actorId: 'key' } }));
    return () => context.database().withTenant(tenantId, (tx) => tx.publication.updateMany({ where: key, data: { status: 'failed' } }));
  }

  const has = async (as: Caller, sha256: string): Promise<boolean> =>
    (await blobs.has(sha256)) && (await context.database().withTenant(as.organizationId, (tx) => tx.blobPossession.count({ where: { tenantId: as.organizationId, sha256 } }))) === 1;

  it('go when their time is over; what a version names stays', async () => {
    const acme = await organization();
    const [named, spare] = [await send(acme, randomBytes(100)), await send(acme, randomBytes(100))];
    await draft(acme, named);
    await unpublished.removeExpired();
    expect([await has(acme, named), await has(acme, spare)]).toEqual([true, true]);
    await age(acme);
    await unpublished.removeExpired();
    expect([await has(acme, named), await has(acme, spare)]).toEqual([true, false]);
    await expect(uploads.stateOf(acme, spare)).rejects.toMatchObject({ code: 'PUBLISHING.UPLOAD_NOT_FOUND' });
    expect(await unpublished.list(acme.organizationId)).toEqual([]);
  });

  it('are those of rejected versions too', async () => {
    const acme = await organization();
    const sha256 = await send(acme, randomBytes(100));
    const { versionId } = await draft(acme, sha256);
    await catalog.finishVersion({ tenantId: acme.organizationId, versionId }, { ready: false });
    await age(acme);
    await unpublished.removeExpired();
    expect(await has(acme, sha256)).toBe(false);
  });

  it('stay when they were asked for', async () => {
    const acme = await organization();
    const sha256 = await send(acme, randomBytes(100));
    await age(acme);
    expect(await uploads.stateOf(acme, sha256)).toEqual({ offset: 100, length: 100 });
    await unpublished.removeExpired();
    expect(await has(acme, sha256)).toBe(true);
  });

  it('stay while their organization publishes', async () => {
    const acme = await organization();
    const sha256 = await send(acme, randomBytes(100));
    await age(acme);
    const end = await beginPublication(acme);
    await unpublished.removeExpired();
    await expect(unpublished.remove(acme.organizationId, [sha256])).rejects.toMatchObject({ code: 'PUBLISHING.PUBLICATION_RUNNING' });
    expect(await has(acme, sha256)).toBe(true);
    await end();
    await unpublished.removeExpired();
    expect(await has(acme, sha256)).toBe(false);
  });

  it("stay on the disk while somebody else has them, or a version of somebody else's names them", async () => {
    const [acme, globex, initech] = [await organization(), await organization(), await organization()];
    const [shared, sold] = [randomBytes(100), randomBytes(100)];
    for (const [as, bytes] of [[acme, shared], [globex, shared], [acme, sold], [initech, sold]] as const) await send(as, bytes);
    await draft(initech, sha(sold));
    await age(acme);
    await age(initech);
    await unpublished.removeExpired();
    expect([await has(acme, sha(shared)), await has(acme, sha(sold))]).toEqual([false, false]);
    expect([await has(globex, sha(shared)), await has(initech, sha(sold))]).toEqual([true, true]);
    await age(globex);
    await unpublished.removeExpired();
    expect(await blobs.has(sha(shared))).toBe(false);
  });

  it("do not go from under somebody's feet who sends the same just now", async () => {
    const [acme, globex] = [await organization(), await organization()];
    const bytes = randomBytes(100);
    await send(acme, bytes);
    await age(acme);
    let removal: Promise<void> | undefined;
    const commit: BlobStore['commit'] = async (...upload) => {
      await blobs.commit(...upload);
      removal = unpublished.removeExpired();
      // Long enough for it to end, were it not to wait.
      await Promise.race([removal, sleep(300)]);
    };
    await send(globex, bytes, { by: over({ ...blobs, commit }).uploads });
    await removal;
    expect([await has(acme, sha(bytes)), await has(globex, sha(bytes))]).toEqual([false, true]);
  });

  it('may take so much, and no more, also when they come at once', async () => {
    const acme = await organization();
    const first = await send(acme, randomBytes(600));
    await expect(send(acme, randomBytes(401))).rejects.toMatchObject({ code: 'PUBLISHING.UNPUBLISHED_OVER_LIMIT', details: { size: 401, heldBytes: 600, limitBytes: 1_000 } });
    const atOnce = await Promise.allSettled(Array.from({ length: 8 }, () => send(acme, randomBytes(300))));
    expect(atOnce.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    // Somebody else's room is another's.
    await send(await organization(), randomBytes(1_000));
    await draft(acme, first);
    await send(acme, randomBytes(600));
    // What was announced counts, not what came of it.
    await expect(send(acme, randomBytes(1), { length: 500 })).rejects.toMatchObject({ code: 'PUBLISHING.UNPUBLISHED_OVER_LIMIT' });
  });

  it('may be begun anew at the limit', async () => {
    const acme = await organization();
    const bytes = randomBytes(1_000);
    expect(await uploads.receive(acme, { sha256: sha(bytes), offset: 0, length: 1_000, bytes: nothing() })).toBe(0);
    await expect(send(acme, randomBytes(1))).rejects.toMatchObject({ code: 'PUBLISHING.UNPUBLISHED_OVER_LIMIT', details: { heldBytes: 1_000 } });
    expect(await send(acme, bytes)).toBe(sha(bytes));
  });

  it('are removed when their organization says so', async () => {
    const [acme, globex] = [await organization(), await organization()];
    const [one, two, named, others] = [await send(acme, randomBytes(100)), await send(acme, randomBytes(100)), await send(acme, randomBytes(100)), await send(globex, randomBytes(100))];
    await draft(acme, named);
    const begun = randomBytes(200);
    await uploads.receive(acme, { sha256: sha(begun), offset: 0, length: 200, bytes: nothing() });
    await sleep(2);
    const { organizationId } = acme;
    for (const sha256 of [named, others]) await expect(unpublished.remove(organizationId, [one, sha256])).rejects.toMatchObject({ code: 'PUBLISHING.FILE_NOT_UNPUBLISHED', details: { sha256 } });
    expect(await has(acme, one)).toBe(true);
    await unpublished.remove(organizationId, [one, sha(begun)]);
    expect([await has(acme, one), await has(acme, two), await has(acme, named), await has(globex, others)]).toEqual([false, true, true, true]);
    expect((await unpublished.list(organizationId)).map(({ sha256 }) => sha256)).toEqual([two]);
    expect(await blobs.findUploads(`${organizationId}-`)).toEqual([]);
  });
});

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No byte comes.
}
