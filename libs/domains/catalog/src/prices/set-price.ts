import { countedIn, idTimeMs, newId, type PriceTerms } from '@steelyard/kernel';
import { readPrice, type PriceSpec } from '@steelyard/model-package/price';
import { Prisma, type Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { ownModel } from '../own-model.js';
import { checkReason } from '../reason.js';
import type { VersionPrice } from '../versions/version.js';
import { planPrice, type PricePlan } from './plan-price.js';
import { columnsOf } from './price-row.js';
import { PROMISED_PRICES, readPromised, type PromisedPrices } from './promised-prices.js';

const DAY_MS = 86_400_000;
const AHEAD_DAYS_MAX = 730;
const ANNOUNCED_MAX = 20;

export interface PriceWish {
  readonly tenantId: string;
  readonly actorId: string;
  /** Name of the model, or `owner/name`. */
  readonly model: string;
  /** Every ready version where none is named. */
  readonly version?: string | undefined;
  readonly price: PriceSpec;
  /** What is free is counted in it. */
  readonly serverCurrency: string;
  /** From when on it counts; as soon as it may where nothing is said. */
  readonly effectiveAt?: Date | undefined;
  /** What consumers are told of the change. */
  readonly reason?: string | undefined;
  /** How many days before it comes into force a dearer price of a public model must be known. */
  readonly noticeDays: number;
  /** Only say what would happen. */
  readonly dryRun: boolean;
}

/** How the price of one version changes. */
export interface PriceChange {
  readonly versionId: string;
  /** When the terms begin to count. */
  readonly effectiveAt: Date;
  readonly atOnce: boolean;
  /** False when the version costs that already. */
  readonly changed: boolean;
  /** What had been announced for later, and will not come. */
  readonly withdrawn: readonly VersionPrice[];
}

export interface PriceChanges {
  readonly modelId: string;
  /** Of each version, the newest first. */
  readonly changes: readonly PriceChange[];
}

/**
 * Sets what versions of a model cost, from a moment on until further notice: see `planPrice` for when that may be.
 * @throws CATALOG.MODEL_NOT_FOUND, CATALOG.VERSION_NOT_FOUND, CATALOG.PRICE_INVALID, CATALOG.PRICE_TIME_INVALID, CATALOG.PRICE_NOTICE_TOO_SHORT,
 *   CATALOG.PRICES_ANNOUNCED, CATALOG.REASON_INVALID
 */
export async function setPrice(tx: Tx, wish: PriceWish): Promise<PriceChanges> {
  checkReason(wish.reason);
  const modelId = await ownModel(tx, wish);
  const versions = await readyVersions(tx, { ...wish, modelId });
  const [first] = versions;
  if (!first) throw catalogErrors.VERSION_NOT_FOUND({ ref: wish.model, version: wish.version ?? 'of any number' });
  const read = readPrice(wish.price, first.task);
  if ('problems' in read) throw catalogErrors.PRICE_INVALID({ problems: read.problems });
  const terms = countedIn(read.terms, wish.serverCurrency);
  const nowMs = first.now.getTime();
  checkTime(wish.effectiveAt, nowMs);
  const plans = versions.map((version) => ({ version, plan: planVersion(version, { wish, terms, nowMs }) }));
  if (!wish.dryRun) {
    await tx.price.createMany({ data: plans.flatMap(({ version, plan }) => plan.rowsMs.map((rowMs) => toRow(version, { wish, terms, nowMs }, rowMs))) });
  }
  return { modelId, changes: plans.map(({ version, plan }) => toChange(version.id, plan, nowMs)) };
}

interface VersionRow {
  readonly id: string;
  readonly version: string;
  readonly task: string;
  /** Whether others than its owner may call it. */
  readonly offered: boolean;
  readonly promised: PromisedPrices;
  readonly now: Date;
}

/** Newest first. The database's clock decides: its rows are in the order of one clock, however many servers write them. */
function readyVersions(tx: Tx, { tenantId, modelId, version }: PriceWish & { readonly modelId: string }): Promise<VersionRow[]> {
  const which = version === undefined ? Prisma.sql`true` : Prisma.sql`v.version = ${version}`;
  return tx.$queryRaw<VersionRow[]>`
    SELECT v.id, v.version, m.task,
           (m.visibility <> 'private' OR EXISTS (SELECT FROM model_share s WHERE s.tenant_id = m.tenant_id AND s.model_id = m.id)) AS offered,
           ${Prisma.raw(PROMISED_PRICES)} AS promised, date_trunc('milliseconds', now()) AS now
      FROM model m JOIN model_version v ON v.tenant_id = m.tenant_id AND v.model_id = m.id
     WHERE m.tenant_id = ${tenantId}::uuid AND m.id = ${modelId}::uuid AND v.state = 'ready' AND ${which}
     ORDER BY v.id DESC`;
}

interface Planned {
  readonly wish: PriceWish;
  readonly terms: PriceTerms;
  readonly nowMs: number;
}

function planVersion(row: VersionRow, { wish, terms, nowMs }: Planned): PricePlan {
  const promised = readPromised(row.promised);
  const plan = planPrice(promised, { terms, nowMs, noticeMs: row.offered ? wish.noticeDays * DAY_MS : 0, fromMs: wish.effectiveAt?.getTime() });
  const version = `${wish.model}@${row.version}`;
  if ('earliestMs' in plan) {
    const [effectiveAt, earliestAt] = [wish.effectiveAt!.toISOString(), new Date(plan.earliestMs).toISOString()];
    throw catalogErrors.PRICE_NOTICE_TOO_SHORT({ version, effectiveAt, earliestAt, noticeDays: wish.noticeDays });
  }
  const announced = new Set([...promised.map(({ effectiveAtMs }) => effectiveAtMs), ...plan.rowsMs].filter((momentMs) => momentMs > nowMs));
  if (announced.size > ANNOUNCED_MAX) throw catalogErrors.PRICES_ANNOUNCED({ version, max: ANNOUNCED_MAX });
  return plan;
}

function checkTime(effectiveAt: Date | undefined, nowMs: number): void {
  if (effectiveAt === undefined) return;
  const problem = effectiveAt.getTime() < nowMs ? 'is past' : effectiveAt.getTime() > nowMs + AHEAD_DAYS_MAX * DAY_MS ? 'is more than two years ahead' : undefined;
  if (problem !== undefined) throw catalogErrors.PRICE_TIME_INVALID({ effectiveAt: effectiveAt.toISOString(), problem });
}

/** Its id is after those of the rows that it takes the place of, whatever the clocks of servers say: the newest counts. */
function toRow({ id: versionId, promised }: VersionRow, { wish, terms, nowMs }: Planned, effectiveAtMs: number): Prisma.PriceCreateManyInput {
  const { tenantId, actorId, reason = null } = wish;
  const id = newId(Math.max(nowMs, ...promised.map((row) => idTimeMs(row.id) + 1)));
  return { tenantId, id, versionId, actorId, reason, effectiveAt: new Date(effectiveAtMs), ...columnsOf(terms) };
}

function toChange(versionId: string, { fromMs, rowsMs, withdrawn }: PricePlan, nowMs: number): PriceChange {
  return { versionId, effectiveAt: new Date(fromMs), atOnce: fromMs <= nowMs, changed: rowsMs.length > 0, withdrawn };
}
