import { Inject, Injectable } from '@nestjs/common';
import { ActorNames, OrganizationHandles, OrganizationNames } from '@steelyard/domain-identity';
import { parseModelRef, type Caller } from '@steelyard/kernel';
import { toPage, pageSize, type Page, type PageArgs } from '@steelyard/platform-graphql';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { catalogErrors } from '../errors.js';
import { countFacets, type FacetCounts } from '../listing/count-facets.js';
import { effectiveSort, findModels, readModel, type FoundModel } from '../listing/find-models.js';
import type { ListedModel } from '../listing/listed-model.js';
import { cursorText, readCursor } from '../listing/listing-cursor.js';
import { relistChangedPrices } from '../listing/relist-changed-prices.js';
import type { ModelFilter, ModelSort } from '../listing/model-search.js';
import type { ResolvedVersion } from '../versions/version.js';
import { viewerId } from '../viewer.js';
import type { Model, Visibility } from './catalog.graphql-types.js';
import type { ModelFigures } from './listing.graphql-types.js';
import { ModelBatch, type BatchTools } from './model-batch.js';
import { readVersions } from './read-versions.js';
import type { ModelVersion } from './version.graphql-types.js';

/** What a list of models is narrowed by, as clients say it. */
export interface ListFilter extends Omit<ModelFilter, 'ownerId'> {
  readonly owner?: string | undefined;
}

/** Reads the catalog as one organization, or nobody, sees it: its own models, those shared with it, and public ones; unlisted ones by their names. */
@Injectable()
export class CatalogReader {
  readonly #tools: BatchTools;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
    @Inject(OrganizationNames) organizations: OrganizationNames,
    @Inject(ActorNames) actors: ActorNames,
  ) {
    this.#tools = { database, handles, organizations, actors };
  }

  /** `undefined` for a model that does not exist or is not for the caller to see. */
  async model(caller: Caller | undefined, ref: string): Promise<Model | undefined> {
    const parsed = parseModelRef(ref);
    if (!parsed) throw catalogErrors.REF_INVALID({ ref });
    const tenantId = await this.handles.idOf(parsed.owner);
    if (tenantId === undefined) return undefined;
    return this.#one(viewerId(caller), { tenantId, by: { name: parsed.name } });
  }

  async ownModel(caller: Caller, modelId: string): Promise<Model> {
    const model = await this.#one(caller.organizationId, { tenantId: caller.organizationId, by: { modelId } });
    if (!model) throw catalogErrors.MODEL_NOT_FOUND({ ref: modelId });
    return model;
  }

  /** @throws GRAPHQL.PAGE_INVALID, CATALOG.CURSOR_INVALID */
  async models(caller: Caller | undefined, page: PageArgs, list: ListFilter & { sort?: ModelSort | undefined }): Promise<Page<Model>> {
    const limit = pageSize(page);
    const sort = effectiveSort(list.sort, list.search);
    const after = page.after ? readCursor(sort, page.after) : undefined;
    const filter = await this.#filter(list);
    const viewer = viewerId(caller);
    if (sort === 'PRICE') await relistChangedPrices(this.database);
    const found = filter ? await this.database.withTenant(viewer, (tx) => findModels(tx, { ...filter, sort, after, limit: limit + 1 })) : [];
    const models = new Map((await this.#models(viewer, found.slice(0, limit))).map((model) => [model.id, model]));
    return toPage<FoundModel, Model>(found, limit, (row) => cursorText(sort, row), (row) => models.get(row.modelId)!);
  }

  async facets(caller: Caller | undefined, list: ListFilter): Promise<FacetCounts> {
    const filter = await this.#filter(list);
    if (!filter) return { total: 0, tasks: [], tags: [], licenses: [] };
    return this.database.withTenant(viewerId(caller), (tx) => countFacets(tx, filter));
  }

  /** A version that was found by resolving a reference for this caller. */
  async version(caller: Caller | undefined, found: ResolvedVersion): Promise<ModelVersion | undefined> {
    const where = { tenantId: found.providerTenantId, id: found.versionId };
    const refs = new Map([[found.modelId, `${found.owner}/${found.name}`]]);
    const [read] = await readVersions(this.database, { viewerId: viewerId(caller), where, refs });
    return read?.version;
  }

  async ownVersion(caller: Caller, { modelId, versionId }: { readonly modelId: string; readonly versionId: string }): Promise<ModelVersion> {
    const model = await this.ownModel(caller, modelId);
    return (await model.batch.versions(modelId)).find(({ id }) => id === versionId)!;
  }

  /** `undefined` when what is asked for cannot be there: an owner that does not exist, or a text that no database holds. */
  async #filter({ owner, ...filter }: ListFilter): Promise<ModelFilter | undefined> {
    if ([filter.task, filter.tag, filter.license, owner].some((text) => text?.includes('\0'))) return undefined;
    if (owner === undefined) return filter;
    const ownerId = await this.handles.idOf(owner);
    return ownerId === undefined ? undefined : { ...filter, ownerId };
  }

  async #one(viewer: string, which: Parameters<typeof readModel>[1]): Promise<Model | undefined> {
    const row = await this.database.withTenant(viewer, (tx) => readModel(tx, which));
    return row && (await this.#models(viewer, [row]))[0];
  }

  async #models(viewer: string, rows: readonly ListedModel[]): Promise<Model[]> {
    const owners = await this.handles.handlesOf(rows.map((row) => row.tenantId));
    const refOf = (row: ListedModel) => `${owners.get(row.tenantId)!}/${row.name}`;
    const batch = new ModelBatch(this.#tools, viewer, rows.map((row) => ({ tenantId: row.tenantId, modelId: row.modelId, shownId: row.versionId, ref: refOf(row) })));
    return rows.map((row) => toModel(row, { owner: owners.get(row.tenantId)!, viewer, batch }));
  }
}

function toModel(row: ListedModel, { owner, viewer, batch }: { owner: string; viewer: string; batch: ModelBatch }): Model {
  const { tenantId, modelId, name, task, description, license, tags, support } = row;
  return {
    id: modelId,
    ref: `${owner}/${name}`,
    owner,
    name,
    task,
    visibility: row.visibility as Visibility,
    own: tenantId === viewer,
    shared: row.shared,
    description,
    license,
    tags,
    support,
    figures: toFigures(row),
    createdAt: row.createdAt,
    tenantId,
    shownId: row.versionId,
    batch,
  };
}

function toFigures({ calls, faults, p50Micros, p95Micros, sampled, figuresFrom, figuresAt }: ListedModel): ModelFigures {
  const milliseconds = (micros: number | null) => (micros === null ? null : micros / 1_000);
  return {
    calls: Number(calls),
    availability: calls === 0n ? null : Number(calls - faults) / Number(calls),
    p50Ms: milliseconds(p50Micros),
    p95Ms: milliseconds(p95Micros),
    sampled,
    since: figuresFrom,
    updatedAt: figuresAt,
  };
}
