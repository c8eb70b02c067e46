import type { ModelRef } from '@steelyard/kernel';
import type { Manifest } from '@steelyard/model-package';
import type { Database } from '@steelyard/platform-database';
import { PROMISED_PRICES, readPromised, type PromisedPrices } from '../prices/promised-prices.js';
import { catalogErrors } from '../errors.js';
import type { ResolvedVersion } from './version.js';

/** What a reference leads to, whoever asks: the reader must check {@link mayUse} before it says anything of the rest. */
export interface Resolution {
  readonly ownerId: string;
  readonly visibility: string;
  /** Organizations that it is shared with. */
  readonly sharedWith: ReadonlySet<string>;
  /** Why the operator has taken it down; undefined for one that answers. */
  readonly takedownReason: string | undefined;
  /** Absent when the model has no such channel, or no such version that is ready. */
  readonly version: ResolvedVersion | undefined;
  /** The candidate that gets a share, above 0 and below 1, of the channel's calls. */
  readonly canary?: { readonly version: ResolvedVersion; readonly share: number } | undefined;
}

interface Row {
  model_id: string;
  visibility: string;
  shared_with: string[];
  takedown_reason: string | null;
  version_id: string | null;
  /** Set on the row of a channel's candidate. */
  canary_percent: number | null;
  version: string;
  digest: string;
  manifest: Manifest;
  promised: PromisedPrices;
  deprecated_at: Date | null;
  sunset_at: Date | null;
  successor: string | null;
}

const FIND = `
  SELECT m.id AS model_id, m.visibility,
         ARRAY(SELECT s.with_tenant_id FROM model_share s WHERE s.tenant_id = m.tenant_id AND s.model_id = m.id) AS shared_with,
         CASE WHEN m.taken_down_at IS NOT NULL THEN (
           SELECT t.reason FROM model_takedown t WHERE t.tenant_id = m.tenant_id AND t.model_id = m.id ORDER BY t.id DESC LIMIT 1) END AS takedown_reason,
         v.id AS version_id, CASE WHEN v.id = c.canary_version_id THEN c.canary_percent END AS canary_percent, v.version, v.digest, v.manifest,
         ${PROMISED_PRICES} AS promised, v.deprecated_at, v.sunset_at, s.version AS successor
    FROM model m
    LEFT JOIN channel c ON c.tenant_id = m.tenant_id AND c.model_id = m.id AND c.name = $4
    LEFT JOIN model_version v ON v.tenant_id = m.tenant_id AND v.model_id = m.id AND v.state = 'ready'
          AND CASE WHEN $3::text IS NULL THEN v.id IN (c.version_id, c.canary_version_id) ELSE v.version = $3 END
    LEFT JOIN model_version s ON s.tenant_id = v.tenant_id AND s.id = v.successor_id
   WHERE m.tenant_id = $1 AND m.name = $2`;

/** Looks a reference up under its owner; `undefined` when the owner has no such model. */
export async function findVersion(database: Database, ownerId: string, ref: ModelRef): Promise<Resolution | undefined> {
  const values = [ownerId, ref.name, ref.version ?? null, ref.channel ?? null];
  const { rows } = await database.pool.query<Row>({ name: 'catalog-find-version', text: FIND, values });
  const [first] = rows;
  if (!first) return undefined;
  const version = rows.find((row) => row.version_id !== null && row.canary_percent === null);
  const candidate = rows.find((row) => row.canary_percent !== null);
  return {
    ownerId,
    visibility: first.visibility,
    sharedWith: new Set(first.shared_with),
    takedownReason: first.takedown_reason ?? undefined,
    version: version && toVersion(ownerId, ref, version),
    canary: candidate && { version: toVersion(ownerId, ref, candidate), share: candidate.canary_percent! / 100 },
  };
}

function toVersion(ownerId: string, ref: ModelRef, row: Row): ResolvedVersion {
  const [price, ...announced] = readPromised(row.promised);
  return {
    modelId: row.model_id,
    versionId: row.version_id!,
    providerTenantId: ownerId,
    owner: ref.owner,
    name: ref.name,
    version: row.version,
    label: `${ref.owner}/${ref.name}@${row.version}`,
    digest: row.digest,
    manifest: row.manifest,
    price,
    announced,
    deprecation: row.deprecated_at && row.sunset_at ? { since: row.deprecated_at, sunsetAt: row.sunset_at, successor: row.successor ?? undefined } : undefined,
  };
}

/** Whether a caller of that organization, or of none, may know of the model. */
export function mayUse({ ownerId, visibility, sharedWith }: Resolution, organizationId: string | undefined): boolean {
  return visibility !== 'private' || (organizationId !== undefined && (ownerId === organizationId || sharedWith.has(organizationId)));
}

/** Whether the version answers no more. Asked at every call: what is kept of a version outlives its sunset. */
export function isRetired({ deprecation }: ResolvedVersion): boolean {
  return deprecation !== undefined && deprecation.sunsetAt.getTime() <= Date.now();
}

/** The version, while it answers. @throws CATALOG.VERSION_RETIRED */
export function answering(version: ResolvedVersion): ResolvedVersion {
  const { deprecation, owner, name, label } = version;
  if (!deprecation || !isRetired(version)) return version;
  const successor = deprecation.successor === undefined ? null : `${owner}/${name}@${deprecation.successor}`;
  throw catalogErrors.VERSION_RETIRED({ version: label, sunsetAt: deprecation.sunsetAt.toISOString(), successor });
}
