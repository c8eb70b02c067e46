import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { formatNano, parseModelRef, type Caller } from '@steelyard/kernel';
import type { Manifest } from '@steelyard/model-package';
import { pageOf, toPage, type Page, type PageArgs } from '@steelyard/platform-graphql';
import { DATABASE, type Database, type Prisma, type Tx } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import type { Channel, ChannelEvent, Model, ModelVersion, VersionState, Visibility } from './catalog.graphql-types.js';

const versionParts = { prices: { orderBy: { id: 'desc' }, take: 1 } } satisfies Prisma.ModelVersionInclude;
const modelParts = {
  versions: { orderBy: { id: 'desc' }, include: versionParts },
  channels: { orderBy: { name: 'asc' }, include: { version: { include: versionParts }, history: { orderBy: { id: 'desc' } } } },
} satisfies Prisma.ModelInclude;

type VersionRow = Prisma.ModelVersionGetPayload<{ include: typeof versionParts }>;
type ModelRow = Prisma.ModelGetPayload<{ include: typeof modelParts }>;

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
      tx.model.findMany({
        where: afterId ? { AND: [where, { id: { lt: afterId } }] } : where,
        include: modelParts,
        orderBy: { id: 'desc' },
        take: limit + 1,
      }),
    );
    const owners = await this.handles.handlesOf(rows.map((row) => row.tenantId));
    return toPage(rows, limit, (row) => row.id, (row) => toModel(row, owners.get(row.tenantId)!, caller));
  }

  /** One version by its id, for a caller whose right to see it has been checked by resolving a reference. */
  async version(caller: Caller, tenantId: string, versionId: string): Promise<ModelVersion | undefined> {
    const row = await this.database.withTenant(caller.organizationId, (tx) =>
      tx.modelVersion.findFirst({ where: { tenantId, id: versionId }, include: { ...versionParts, model: true } }),
    );
    if (!row) return undefined;
    const owner = (await this.handles.handlesOf([tenantId])).get(tenantId)!;
    return toVersion(row, `${owner}/${row.model.name}`);
  }

  async #one(caller: Caller, which: { tenantId: string; name: string } | { tenantId: string; id: string }): Promise<Model | undefined> {
    const read = (tx: Tx) =>
      tx.model.findFirst({ where: { AND: [which, ownOrPublic(caller)] }, include: modelParts });
    const row = await this.database.withTenant(caller.organizationId, read);
    if (!row) return undefined;
    const owner = (await this.handles.handlesOf([row.tenantId])).get(row.tenantId)!;
    return toModel(row, owner, caller);
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

function toModel(row: ModelRow, owner: string, caller: Caller): Model {
  const ref = `${owner}/${row.name}`;
  const own = row.tenantId === caller.organizationId;
  const versions = row.versions.filter((version) => own || version.state === 'ready');
  const numbers = new Map(row.versions.map((version) => [version.id, version.version]));
  return {
    id: row.id,
    ref,
    owner,
    name: row.name,
    task: row.task,
    visibility: row.visibility as Visibility,
    description: versions[0] ? (versions[0].manifest as unknown as Manifest).description : '',
    createdAt: row.createdAt,
    versions: versions.map((version) => toVersion(version, ref)),
    channels: row.channels.map((channel): Channel => ({
      name: channel.name,
      version: toVersion(channel.version, ref),
      updatedAt: channel.updatedAt,
      history: channel.history.map((event): ChannelEvent => ({
        action: event.action,
        from: event.fromVersionId === null ? null : (numbers.get(event.fromVersionId) ?? null),
        to: numbers.get(event.toVersionId) ?? event.toVersionId,
        actorKeyId: own ? event.actorKeyId : null,
        reason: own ? event.reason : null,
        createdAt: event.createdAt,
      })),
    })),
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
