import { newId, type Caller, type Permission } from '@steelyard/kernel';
import { ActorNames, OrganizationHandles, OrganizationNames } from '@steelyard/domain-identity';
import { normaliseManifest, type Measurements } from '@steelyard/model-package';
import type { Database } from '@steelyard/platform-database';
import { Catalog } from './catalog.js';
import { CatalogReader } from './graphql/catalog-reader.js';

export interface Wish {
  readonly name: string;
  readonly version?: string;
  readonly manifest?: Record<string, unknown>;
  readonly card?: string;
  readonly amountNano?: bigint;
  /** Default true. */
  readonly public?: boolean;
  /** Where to release it; `stable` by default, nowhere when null. */
  readonly channel?: string | null;
  /** Default true; false leaves it in its trial. */
  readonly ready?: boolean;
}

/** Of a version that nothing was measured of in earnest. */
export const MEASUREMENTS: Measurements = { loadMs: 1, memoryBytes: 1, latencyMs: { p50: 1, p95: 1 }, runs: 1, device: 'cpu' };

/** A catalog of one database, with what publishing would do to it. */
export class CatalogWorld {
  readonly catalog: Catalog;
  readonly reader: CatalogReader;

  constructor(readonly database: Database) {
    const handles = new OrganizationHandles(database);
    this.catalog = new Catalog(database, handles);
    this.reader = new CatalogReader(database, handles, new OrganizationNames(database), new ActorNames(database));
  }

  async openOrganization(handle: string, name = handle): Promise<Caller> {
    const organizationId = newId();
    const actorId = `key${organizationId.replaceAll('-', '')}`;
    // As identity would: its tables are not the catalog's to touch by other means.
    await this.database.pool.query('INSERT INTO organization (id, handle, name) VALUES ($1, $2, $3)', [organizationId, handle, name]);
    await this.database.pool.query(`INSERT INTO api_key (id, tenant_id, name, secret_hmac, pepper_id, scopes) VALUES ($1, $2, $3, '', 'p1', '{}')`, [actorId, organizationId, `${handle}'s key`]);
    return { organizationId, organizationHandle: handle, actorId, scopes: new Set<Permission>(['models:read', 'models:publish']) };
  }

  async publish(owner: Caller, wish: Wish): Promise<{ modelId: string; versionId: string }> {
    const { name, version = '1.0.0', channel = 'stable', amountNano = 1_000_000n } = wish;
    const { manifest } = normaliseManifest({ ...MANIFEST, name, version, ...wish.manifest });
    const tenantId = owner.organizationId;
    const digest = (newId() + newId()).replaceAll('-', '');
    const drafted = await this.catalog.draftVersion({
      tenantId, manifest, digest, files: [], card: wish.card ?? '', samples: [], price: { currency: 'usd', components: [{ unit: 'request', amountNano, per: 1n }] },
    });
    if (wish.ready === false) return drafted;
    await this.catalog.finishVersion({ tenantId, versionId: drafted.versionId }, { ready: true, measurements: MEASUREMENTS });
    if (wish.public !== false) await this.catalog.setVisibility(tenantId, name, 'public');
    if (channel !== null) await this.catalog.releaseVersion({ tenantId, actorId: owner.actorId, model: name, version, channel });
    return drafted;
  }
}

const MANIFEST = {
  schema: 1,
  license: 'Apache-2.0',
  intendedUse: 'For tests.',
  task: 'custom',
  runtime: { name: 'echo', range: '*' },
  input: { type: 'object', properties: { text: { type: 'string' } } },
  output: { type: 'object' },
};
