import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { formatNano, parseModelRef, type Caller } from '@steelyard/kernel';
import type { Manifest } from '@steelyard/model-package';
import { pageOf, toPage, type Page, type PageArgs } from '@steelyard/platform-graphql';
import { DATABASE, type Database, type Prisma, type Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import type { ResolvedVersion } from '../version.js';
import type { Canary, Channel, ChannelEvent, Model, ModelVersion, VersionState, Visibility } from './catalog.graphql-types.js';

const versionParts = { prices: { orderBy: { id: 'desc' }, take: 1 } } satisfies Prisma.ModelVersionInclude;

type ModelRow = Prisma.ModelGetPayload<object>;
type VersionRow = Prisma.ModelVersionGetPayload<{ include: typeof versionParts }>;

/** Some models with everything that belongs to them. */
interface ModelRows {
  readonly models: readonly ModelRow[];
  readonly versions: readonly VersionRow[];
  readonly channels: readonly Prisma.ChannelGetPayload<object>[];
  readonly events: readonly Prisma.ChannelEventGetPayload<object>[];
}

export interface ModelFilter {
  readonly search?: string | undefined;
  readonly task?: string | undefined;
  readonly owner?: string | undefined;
}

/** Reads the catalog as one organization sees it: its own models and public ones. */
@Injectable()
export class CatalogReader {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  /** `undefined` for a model that does not exist or is another organization's private one. */
  async model(caller: Caller, ref: string): Promise<Model | undefined> {
    const parsed = parseModelRef(ref);
    if (!parsed) throw catalogErrors.REF_INVALID({ ref });
    const ownerId = await this.handles.idOf(parsed.owner);
    if (ownerId === undefined) return undefined;
    return this.#one(caller, { tenantId: ownerId, name: parsed.name });
  }

  async ownModel(caller: Caller, id: string): Promise<Model> {
    const model = await this.#one(caller, { tenantId: caller.organizationId, id });
    if (!model) throw catalogErrors.MODEL_NOT_FOUND({ ref: id });
    return model;
  }

  async models(caller: Caller, args: PageArgs, filter: ModelFilter): Promise<Page<Model>> {
    const { limit, afterId } = pageOf(args);
    const where = await this.#visible(caller, filter);
    if (!where) return { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    const rows = await this.database.withTenant(caller.organizationId, (tx) =>
      readModels(tx, { where: afterId ? { AND: [where, { id: { lt: afterId } }] } : where, take: limit + 1 }),
    );
    const owners = await this.handles.handlesOf(rows.models.map((row) => row.tenantId));
    return toPage(rows.models, limit, (row) => row.id, (row) => toModel(row, rows, { owner: owners.get(row.tenantId)!, caller }));
  }

  /** A version that was found by resolving a reference for this caller, in full. */
  async version(caller: Caller, version: ResolvedVersion): Promise<ModelVersion | undefined> {
    const row = await this.database.withTenant(caller.organizationId, (tx) =>
      tx.modelVersion.findFirst({ where: { tenantId: version.providerTenantId, id: version.versionId }, include: versionParts }),
    );
    return row ? toVersion(row, `${version.owner}/${version.name}`) : undefined;
  }

  async #one(caller: Caller, which: { tenantId: string; name: string } | { tenantId: string; id: string }): Promise<Model | undefined> {
    const rows = await this.database.withTenant(caller.organizationId, (tx) => readModels(tx, { where: { AND: [which, ownOrPublic(caller)] }, take: 1 }));
    const [row] = rows.models;
    if (!row) return undefined;
    const owner = (await this.handles.handlesOf([row.tenantId])).get(row.tenantId)!;
    return toModel(row, rows, { owner, caller });
  }

  async #visible(caller: Caller, filter: ModelFilter): Promise<Prisma.ModelWhereInput | undefined> {
    const conditions: Prisma.ModelWhereInput[] = [ownOrPublic(caller)];
    if (filter.task) conditions.push({ task: filter.task });
    if (filter.search) conditions.push({ name: { contains: filter.search, mode: 'insensitive' } });
    if (filter.owner) {
      const tenantId = await this.handles.idOf(filter.owner);
      if (tenantId === undefined) return undefined;
      conditions.push({ tenantId });
    }
    return { AND: conditions };
  }
}

/** Public means public once something is ready to be called; until then only the owner sees the model. */
function ownOrPublic(caller: Caller): Prisma.ModelWhereInput {
  return {
    OR: [{ tenantId: caller.organizationId }, { visibility: 'public', versions: { some: { state: 'ready' } } }],
  };
}

/** One query after the other: a transaction is one connection. */
async function readModels(tx: Tx, which: { where: Prisma.ModelWhereInput; take: number }): Promise<ModelRows> {
  const models = await tx.model.findMany({ ...which, orderBy: { id: 'desc' } });
  const where = { OR: models.map(({ tenantId, id }) => ({ tenantId, modelId: id })) };
  const versions = await tx.modelVersion.findMany({ where, include: versionParts, orderBy: { id: 'desc' } });
  const channels = await tx.channel.findMany({ where, orderBy: { name: 'asc' } });
  const events = await tx.channelEvent.findMany({ where, orderBy: { id: 'desc' } });
  return { models, versions, channels, events };
}

function toModel(row: ModelRow, rows: ModelRows, { owner, caller }: { owner: string; caller: Caller }): Model {
  const ref = `${owner}/${row.name}`;
  const own = row.tenantId === caller.organizationId;
  const visible = rows.versions.filter((version) => version.modelId === row.id && (own || version.state === 'ready'));
  const versions = new Map(visible.map((version) => [version.id, toVersion(version, ref)]));
  const newest = visible[0]?.manifest as unknown as Manifest | undefined;
  return {
    id: row.id,
    ref,
    owner,
    name: row.name,
    task: row.task,
    visibility: row.visibility as Visibility,
    description: newest?.description ?? '',
    createdAt: row.createdAt,
    versions: [...versions.values()],
    channels: rows.channels
      .filter((channel) => channel.modelId === row.id)
      .map((channel): Channel => {
        const { name, versionId, updatedAt } = channel;
        const events = rows.events.filter((event) => event.modelId === row.id && event.channelName === name);
        const canary = toCanary(channel, versions);
        return { name, version: versions.get(versionId)!, canary, updatedAt, history: events.map((event) => toEvent(event, versions, own)) };
      }),
  };
}

function toCanary(channel: ModelRows['channels'][number], versions: ReadonlyMap<string, ModelVersion>): Canary | null {
  const { tenantId, modelId, name, versionId: stableVersionId, canaryVersionId: versionId, canaryPercent, canaryStartedAt: startedAt } = channel;
  if (versionId === null || startedAt === null) return null;
  const key = { tenantId, modelId, channel: name, versionId, stableVersionId, startedAt };
  return { version: versions.get(versionId)!, percent: canaryPercent!, startedAt, key };
}

function toEvent(event: ModelRows['events'][number], versions: ReadonlyMap<string, ModelVersion>, own: boolean): ChannelEvent {
  const numberOf = (id: string) => versions.get(id)?.version ?? id;
  return {
    action: event.action,
    from: event.fromVersionId === null ? null : numberOf(event.fromVersionId),
    to: numberOf(event.toVersionId),
    actorId: own ? event.actorId : null,
    reason: own ? event.reason : null,
    createdAt: event.createdAt,
  };
}

function toVersion(row: VersionRow, model: string): ModelVersion {
  const manifest = row.manifest as unknown as Manifest;
  const price = row.prices[0]!;
  return {
    id: row.id,
    ref: `${model}@${row.version}`,
    version: row.version,
    digest: row.digest,
    state: row.state as VersionState,
    manifest,
    inputSchema: manifest.input,
    outputSchema: manifest.output,
    card: row.card,
    samples: row.samples,
    files: row.files,
    price: {
      id: price.id,
      unit: price.unit,
      amountNano: price.amountNano,
      per: price.per,
      currency: price.currency,
      amount: formatNano(price.amountNano),
    },
    measurements: row.measurements,
    createdAt: row.createdAt,
  };
}
