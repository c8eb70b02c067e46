import { Inject, Injectable } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { formatModelRef, parseModelRef } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';

/** A model or a version, with the organization that it belongs to. */
export interface OwnedId {
  readonly ownerId: string;
  readonly id: string;
}

export interface VersionName {
  /** owner/name */
  readonly modelRef: string;
  readonly version: string;
}

/**
 * What models and versions that are known by their ids are called, as far as an organization may see them now: its own, and the ready ones of
 * public models. Of others there is no entry.
 */
@Injectable()
export class ModelNames {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  /** owner/name by model id. */
  async models(tenantId: string, ids: readonly OwnedId[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const OR = byOwner(ids).map((owned) => (owned.tenantId === tenantId ? owned : { ...owned, visibility: 'public' }));
    const found = await this.database.withTenant(tenantId, (tx) => tx.model.findMany({ where: { OR }, select: { id: true, tenantId: true, name: true } }));
    const handles = await this.handles.handlesOf(found.map((model) => model.tenantId));
    return new Map(found.map((model) => [model.id, formatModelRef({ owner: handles.get(model.tenantId)!, name: model.name })]));
  }

  /** The same by the id alone, whoever's the model is by now. */
  async ofIds(tenantId: string, modelIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return namesOfIds({ database: this.database, handles: this.handles }, tenantId, modelIds);
  }

  async versions(tenantId: string, ids: readonly OwnedId[]): Promise<ReadonlyMap<string, VersionName>> {
    if (ids.length === 0) return new Map();
    const OR = byOwner(ids).map((owned) => (owned.tenantId === tenantId ? owned : { ...owned, state: 'ready', model: { visibility: 'public' } }));
    const select = { id: true, tenantId: true, version: true, model: { select: { name: true } } } as const;
    const found = await this.database.withTenant(tenantId, (tx) => tx.modelVersion.findMany({ where: { OR }, select }));
    const handles = await this.handles.handlesOf(found.map((row) => row.tenantId));
    return new Map(found.map((row) => [row.id, { modelRef: formatModelRef({ owner: handles.get(row.tenantId)!, name: row.model.name }), version: row.version }]));
  }

  /** The id of a model by its owner/name; undefined when there is none that the organization may see. */
  async idOf(tenantId: string, ref: string): Promise<string | undefined> {
    const parsed = parseModelRef(ref);
    const ownerId = parsed && (await this.handles.idOf(parsed.owner));
    if (ownerId === undefined) return undefined;
    const where = { tenantId: ownerId, name: parsed!.name, ...(ownerId === tenantId ? {} : { visibility: 'public' }) };
    return (await this.database.withTenant(tenantId, (tx) => tx.model.findFirst({ where, select: { id: true } })))?.id;
  }
}

interface Sources {
  readonly database: Database;
  readonly handles: OrganizationHandles;
}

/** Listings, because they alone are found by the model's id. */
export async function namesOfIds({ database, handles }: Sources, tenantId: string, modelIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const where = { modelId: { in: [...modelIds] }, OR: [{ tenantId }, { public: true }] };
  const found = await database.withTenant(tenantId, (tx) => tx.modelListing.findMany({ where, select: { modelId: true, tenantId: true, name: true } }));
  const owners = await handles.handlesOf(found.map((model) => model.tenantId));
  return new Map(found.map((model) => [model.modelId, formatModelRef({ owner: owners.get(model.tenantId)!, name: model.name })]));
}

/** One condition per owner, because owner and id together are what the tables are found by. */
function byOwner(ids: readonly OwnedId[]): { tenantId: string; id: { in: string[] } }[] {
  const owners = new Map<string, Set<string>>();
  for (const { ownerId, id } of ids) owners.set(ownerId, (owners.get(ownerId) ?? new Set()).add(id));
  return [...owners].map(([tenantId, owned]) => ({ tenantId, id: { in: [...owned] } }));
}
