import { organizationIn } from '@steelyard/domain-identity';
import type { PriceComponent } from '@steelyard/kernel';
import type { Manifest } from '@steelyard/model-package';
import { Prisma, type Tx } from '@steelyard/platform-database';
import { PROMISED_PRICES, readPromised, type PromisedPrices } from '../prices/promised-prices.js';
import { searchDocuments } from './search-document.js';

export interface ModelId {
  readonly tenantId: string;
  readonly modelId: string;
}

/** Holds a model until the transaction ends, so that its changes, and what is listed of it, follow one after the other. */
export async function holdModel(tx: Tx, { tenantId, modelId }: ModelId): Promise<void> {
  await tx.$executeRaw`SELECT FROM model WHERE tenant_id = ${tenantId}::uuid AND id = ${modelId}::uuid FOR NO KEY UPDATE`;
}

/**
 * Writes what is listed of a model anew; belongs at the end of every transaction that changes what is shown. Whoever holds the
 * model last sees what all before have written, so the last one to write is right.
 */
export async function listModel(tx: Tx, id: ModelId): Promise<void> {
  await holdModel(tx, id);
  const shown = await readShown(tx, id);
  if (shown) await write(tx, id, shown);
}

interface Shown {
  readonly name: string;
  readonly task: string;
  readonly public: boolean;
  readonly unlisted: boolean;
  readonly offered: boolean;
  readonly version_id: string;
  readonly manifest: Manifest;
  readonly card: string;
  readonly promised: PromisedPrices;
}

/** The version that a model is shown by: of `stable`, else the newest that is ready, else the newest. */
async function readShown(tx: Tx, { tenantId, modelId }: ModelId): Promise<Shown | undefined> {
  const [shown] = await tx.$queryRaw<Shown[]>`
    SELECT m.name, m.task, v.id AS version_id, v.manifest, v.card, ${Prisma.raw(PROMISED_PRICES)} AS promised,
           offered, offered AND m.visibility = 'public' AS public, offered AND m.visibility = 'unlisted' AS unlisted
      FROM model m
      JOIN model_version v ON v.tenant_id = m.tenant_id AND v.model_id = m.id
      LEFT JOIN channel c ON c.tenant_id = m.tenant_id AND c.model_id = m.id AND c.name = 'stable' AND c.version_id = v.id
     CROSS JOIN LATERAL (SELECT v.state = 'ready' AND m.taken_down_at IS NULL AS offered) o
     WHERE m.tenant_id = ${tenantId}::uuid AND m.id = ${modelId}::uuid
     ORDER BY c.name IS NULL, v.state <> 'ready', v.id DESC
     LIMIT 1`;
  return shown;
}

async function write(tx: Tx, { tenantId, modelId }: ModelId, shown: Shown): Promise<void> {
  const { manifest, card } = shown;
  const { tags = [], support = null, description, license } = manifest;
  const owner = await organizationIn(tx, tenantId);
  const { headline, document } = searchDocuments({ ...shown, ownerHandle: owner.handle, ownerName: owner.name, tags, description, card });
  const [inForce, next] = readPromised(shown.promised);
  const [{ unit, amountNano, per }] = inForce.components as [PriceComponent];
  const priceUntil = next ? new Date(next.effectiveAtMs) : null;
  await tx.$executeRaw`
    INSERT INTO model_listing (tenant_id, model_id, version_id, name, task, public, unlisted, offered, description, license, tags, support,
                               price_amount_nano, price_unit, price_currency, price_until, headline, document)
    VALUES (${tenantId}::uuid, ${modelId}::uuid, ${shown.version_id}::uuid, ${shown.name}, ${shown.task}, ${shown.public}, ${shown.unlisted}, ${shown.offered}, ${description}, ${license},
            ${tags}::text[], ${support}, ${amountNano / per}, ${unit}, ${inForce.currency}, ${priceUntil}, ${headline}::tsvector, ${document}::tsvector)
    ON CONFLICT (tenant_id, model_id) DO UPDATE SET
      version_id = EXCLUDED.version_id, public = EXCLUDED.public, unlisted = EXCLUDED.unlisted, offered = EXCLUDED.offered,
      description = EXCLUDED.description, license = EXCLUDED.license, tags = EXCLUDED.tags,
      support = EXCLUDED.support, price_amount_nano = EXCLUDED.price_amount_nano, price_unit = EXCLUDED.price_unit,
      price_currency = EXCLUDED.price_currency, price_until = EXCLUDED.price_until, headline = EXCLUDED.headline, document = EXCLUDED.document`;
}
