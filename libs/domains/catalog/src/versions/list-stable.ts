import type { Manifest } from '@steelyard/model-package';
import type { Database } from '@steelyard/platform-database';

/** A model and the version that its channel `stable` points to. */
export interface StableVersion {
  readonly ownerId: string;
  readonly owner: string;
  readonly name: string;
  readonly versionId: string;
  readonly version: string;
  readonly digest: string;
}

export interface StableList {
  /** Whose own models are listed as well, and those shared with it; of nobody when absent. */
  readonly viewerId?: string | undefined;
  readonly ownerId?: string | undefined;
}

interface Row {
  readonly tenant_id: string;
  readonly name: string;
  readonly id: string;
  readonly version: string;
  readonly digest: string;
}

const LIST = `
  SELECT m.tenant_id, m.name, v.id, v.version, v.digest
    FROM model m
    JOIN channel c ON c.tenant_id = m.tenant_id AND c.model_id = m.id AND c.name = 'stable'
    JOIN model_version v ON v.tenant_id = c.tenant_id AND v.id = c.version_id AND v.state = 'ready'
   WHERE m.taken_down_at IS NULL AND (m.visibility = 'public' OR m.tenant_id = $1 OR EXISTS (
           SELECT FROM model_share s WHERE s.tenant_id = m.tenant_id AND s.model_id = m.id AND s.with_tenant_id = $1)) AND ($2::uuid IS NULL OR m.tenant_id = $2)
     AND (v.deprecated_at IS NULL OR v.sunset_at IS NULL OR v.sunset_at > now())
   ORDER BY m.name COLLATE "C", m.tenant_id`;

/** What `resolve` would give for every model that the viewer finds in lists, without the manifests; `owner` is for the caller to add. */
export async function listStable(database: Database, { viewerId, ownerId }: StableList): Promise<Omit<StableVersion, 'owner'>[]> {
  const { rows } = await database.pool.query<Row>({ name: 'catalog-list-stable', text: LIST, values: [viewerId ?? null, ownerId ?? null] });
  return rows.map(({ tenant_id, name, id, version, digest }) => ({ ownerId: tenant_id, name, versionId: id, version, digest }));
}

const READ = `
  SELECT v.id, v.manifest FROM model_version v JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (tenant_id, id) ON v.tenant_id = wanted.tenant_id AND v.id = wanted.id`;

/** The manifests of versions, by version id. */
export async function readManifests(database: Database, versions: readonly Pick<StableVersion, 'ownerId' | 'versionId'>[]): Promise<ReadonlyMap<string, Manifest>> {
  if (versions.length === 0) return new Map();
  const values = [versions.map(({ ownerId }) => ownerId), versions.map(({ versionId }) => versionId)];
  const { rows } = await database.pool.query<{ readonly id: string; readonly manifest: Manifest }>({ name: 'catalog-read-manifests', text: READ, values });
  return new Map(rows.map(({ id, manifest }) => [id, manifest]));
}
