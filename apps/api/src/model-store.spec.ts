import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Catalog } from '@steelyard/domain-catalog';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { newId } from '@steelyard/kernel';
import { normaliseManifest } from '@steelyard/model-package';
import { createFolderBlobStore } from '@steelyard/platform-blob-store';
import { describeDatabase } from '@steelyard/test-support';
import { createModelStore } from './model-store.js';

const TUNING = { batchSize: 8, threads: 1, threadsAlone: 2, replicas: 2 };
const MEASUREMENTS = { loadMs: 1, memoryBytes: 5_000_000, latencyMs: { p50: 1, p95: 1 }, runs: 1, device: 'cpu', tuning: TUNING };

describeDatabase('the store of models', (context) => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'steelyard-models-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  async function publish(): Promise<string> {
    const database = context.database();
    const [tenantId, digest] = [newId(), newId()];
    await database.withPlatform((tx) => tx.organization.create({ data: { id: tenantId, handle: `org-${tenantId.slice(-8)}`, name: 'Acme' } }));
    const catalog = new Catalog(database, new OrganizationHandles(database));
    const { manifest } = normaliseManifest({
      schema: 1, name: 'echo', version: '1.0.0', license: 'MIT', task: 'custom', runtime: { name: 'echo', range: '*' }, input: { type: 'object' }, output: { type: 'object' },
    });
    const price = { currency: 'usd', components: [{ unit: 'request' as const, amountNano: 1n, per: 1n }] };
    const { versionId } = await catalog.draftVersion({ tenantId, manifest, digest, files: [], card: '', samples: [], price });
    await catalog.finishVersion({ tenantId, versionId }, { ready: true, measurements: MEASUREMENTS });
    return digest;
  }

  it('hands out what was measured of a version, from the database and then from the folder, whatever the package says', async () => {
    const digest = await publish();
    const store = () => createModelStore({ database: context.database(), blobs: createFolderBlobStore(join(dir, 'blobs')), dir: join(dir, 'models') });
    const first = await store().materialize(digest);
    expect(first).toMatchObject({ dir: join(dir, 'models', digest), manifest: { name: 'echo' }, tuning: TUNING, memoryBytes: 5_000_000 });
    await writeFile(join(first.dir, 'measurements.json'), '{"memoryBytes": 1}');
    expect(await store().materialize(digest)).toEqual(first);
    await rm(`${first.dir}.measurements.json`);
    expect(await store().materialize(digest)).toEqual({ ...first, tuning: undefined, memoryBytes: undefined, measuredOn: undefined });
  });
});
