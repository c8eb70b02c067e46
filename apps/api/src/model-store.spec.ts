import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Catalog } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import type { ModelStore } from '@steelyard/engine';
import { newId } from '@steelyard/kernel';
import { normaliseManifest, versionDigest, type PackageFile } from '@steelyard/model-package';
import { generateSigningKey, readPrivateKey, readPublicKey, signingKeyId, signVersion, statementOf } from '@steelyard/model-package/signature';
import { ArtifactKeys, createFolderBlobStore, type BlobStore } from '@steelyard/platform-blob-store';
import { describeDatabase } from '@steelyard/test-support';
import { createModelStore } from './model-store.js';

const TUNING = { batchSize: 8, threads: 1, threadsAlone: 2, replicas: 2 };
const MEASUREMENTS = { loadMs: 1, memoryBytes: 5_000_000, latencyMs: { p50: 1, p95: 1 }, runs: 1, device: 'cpu', tuning: TUNING };
const pair = generateSigningKey();
const publicKey = readPublicKey(pair.publicPem)!;

describeDatabase('the store of models', (context) => {
  let dir: string;
  let blobs: BlobStore;
  let store: ModelStore;
  let place = 0;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-models-'));
  });
  beforeEach(() => {
    place += 1;
    use(createFolderBlobStore(join(dir, `blobs${place}`)));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  function use(chosen: BlobStore): void {
    blobs = chosen;
    store = createModelStore({ database: context.database(), blobs, dir: join(dir, `models${place}`) });
  }

  async function put(bytes: Buffer): Promise<PackageFile> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await blobs.append('u', 0, (async function* () { yield await Promise.resolve(bytes); })(), { maxBytes: bytes.length });
    await blobs.commit('u', sha256, bytes.length);
    return { path: 'weights/model.bin', sha256, size: bytes.length };
  }

  interface Published {
    readonly tenantId: string;
    readonly digest: string;
    readonly weights: PackageFile;
  }

  async function publish({ signed = false, required = false } = {}): Promise<Published> {
    const database = context.database();
    const tenantId = newId();
    const handle = `org-${tenantId.slice(-8)}`;
    await database.withPlatform(async (tx) => {
      await tx.organization.create({ data: { id: tenantId, handle, name: 'Acme' } });
      await tx.signingKey.create({ data: { tenantId, id: signingKeyId(publicKey), name: 'ci', publicKey, actorId: 'x' } });
      if (required) await tx.signingRule.create({ data: { tenantId, actorId: 'x', since: new Date(0) } });
    });
    const catalog = new Catalog(database, new OrganizationHandles(database));
    const { manifest } = normaliseManifest({
      schema: 1, name: 'echo', version: '1.0.0', license: 'MIT', task: 'custom', runtime: { name: 'echo', range: '*' }, input: { type: 'object' }, output: { type: 'object' },
    });
    const weights = await put(randomBytes(1_000));
    const digest = versionDigest(manifest, [weights]);
    const price = { currency: 'usd', components: [{ unit: 'request' as const, amountNano: 1n, per: 1n }] };
    const envelope = signVersion(statementOf(handle, manifest, [weights]), readPrivateKey(pair.privatePem)!);
    const signature = signed ? { keyId: signingKeyId(publicKey), keyName: 'ci', publicKey: '', envelope } : undefined;
    const { versionId } = await catalog.draftVersion({ tenantId, manifest, digest, files: [weights], card: '', samples: [], price, signature });
    await catalog.finishVersion({ tenantId, versionId }, { ready: true, measurements: MEASUREMENTS });
    return { tenantId, digest, weights };
  }

  const flip = async (path: string): Promise<void> => {
    const bytes = await readFile(path);
    bytes[500]! ^= 1;
    await chmod(path, 0o600);
    await writeFile(path, bytes);
  };
  const stored = ({ sha256 }: PackageFile): string => join(dir, `blobs${place}`, 'sha256', sha256.slice(0, 2), sha256);
  const laidOut = (digest: string, path: string): string => join(dir, `models${place}`, digest, path);
  const change = (sql: string, tenantId: string) => context.database().withTenant(tenantId, (tx) => tx.$executeRawUnsafe(sql, tenantId));

  it('hands out what was published and what was measured of it, whatever the package says', async () => {
    const { digest } = await publish();
    const first = await store.materialize(digest);
    expect(first).toMatchObject({ dir: join(dir, `models${place}`, digest), manifest: { name: 'echo' }, tuning: TUNING, memoryBytes: 5_000_000 });
    expect(await store.materialize(digest)).toEqual(first);
    await expect(store.materialize('0'.repeat(64))).rejects.toMatchObject({ code: 'API.DIGEST_UNKNOWN' });
  });

  it('refuses a version of which a stored file has one bit that is another, laid out before or not', async () => {
    const [laid, fresh] = [await publish(), await publish()];
    await store.materialize(laid.digest);
    for (const { digest, weights } of [laid, fresh]) {
      await flip(stored(weights));
      await expect(store.materialize(digest)).rejects.toMatchObject({ code: 'API.FILES_DAMAGED', retryable: false, message: expect.stringMatching(/^echo@1\.0\.0 is refused: .*weights\/model\.bin has the sha256/) });
    }
  });

  it('lays out anew what was changed in the folder of the runners', async () => {
    use(createFolderBlobStore(join(dir, `blobs${place}`), { keys: new ArtifactKeys([randomBytes(32)]) }));
    const { digest, weights } = await publish();
    await store.materialize(digest);
    await flip(laidOut(digest, weights.path));
    await chmod(laidOut(digest, 'manifest.json'), 0o600);
    await writeFile(laidOut(digest, 'manifest.json'), '{}');
    await writeFile(laidOut(digest, 'sideloaded.bin'), 'x');
    await store.materialize(digest);
    expect(createHash('sha256').update(await readFile(laidOut(digest, weights.path))).digest('hex')).toBe(weights.sha256);
    expect(JSON.parse(await readFile(laidOut(digest, 'manifest.json'), 'utf8'))).toMatchObject({ name: 'echo' });
    await expect(readFile(laidOut(digest, 'sideloaded.bin'))).rejects.toThrow('ENOENT');
    await flip(`${stored(weights)}.sealed`);
    await flip(laidOut(digest, weights.path));
    await expect(store.materialize(digest)).rejects.toMatchObject({ code: 'BLOB.DAMAGED' });
  });

  it.each([
    ['manifest', `UPDATE model_version SET manifest = jsonb_set(manifest, '{runtime,options}', '{"crashOn": true}') WHERE tenant_id = $1::uuid`],
    ['list of files', `UPDATE model_version SET files = jsonb_set(files, '{0,sha256}', '"${'0'.repeat(64)}"') WHERE tenant_id = $1::uuid`],
  ])('refuses a version whose %s was changed in the database', async (_what, sql) => {
    const { digest, tenantId } = await publish();
    await change(sql, tenantId);
    await expect(store.materialize(digest)).rejects.toMatchObject({ code: 'PUBLISHING.CONTENT_CHANGED' });
  });

  it('loads a signed version, also once its key is revoked', async () => {
    const { digest, tenantId } = await publish({ signed: true, required: true });
    await store.materialize(digest);
    await change('UPDATE signing_key SET revoked_at = now() WHERE tenant_id = $1::uuid', tenantId);
    await store.materialize(digest);
  });

  it.each([
    ['lost its signature', `UPDATE model_version SET signature = NULL WHERE tenant_id = $1::uuid`, /requires signatures, and this version has none/],
    ['is signed by nobody that is known', `UPDATE model_version SET signature = jsonb_set(signature, '{envelope,signatures,0,keyid}', '"other"') WHERE tenant_id = $1::uuid`, /has no key/],
    ['was signed after its key was revoked', `UPDATE signing_key SET revoked_at = '2020-01-01' WHERE tenant_id = $1::uuid`, /revoked before it signed/],
    ['goes by the signature of another owner', `UPDATE organization SET handle = handle || 'x' WHERE id = $1::uuid`, /tenant is "org-.*" in what was signed/],
    ['has a changed signature', `UPDATE model_version SET signature = jsonb_set(signature, '{envelope,signatures,0,sig}', '"AAAA"') WHERE tenant_id = $1::uuid`, /not of this payload/],
  ])('refuses a version that %s', async (_what, sql, problem) => {
    const { digest, tenantId } = await publish({ signed: true, required: true });
    await change(sql, tenantId);
    await expect(store.materialize(digest)).rejects.toMatchObject({ code: 'PUBLISHING.SIGNATURE_LOST', message: expect.stringMatching(problem) });
  });
});
