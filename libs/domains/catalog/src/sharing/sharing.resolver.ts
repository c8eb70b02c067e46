import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { OrganizationHandles, OrganizationNames } from '@steelyard/domain-identity';
import type { Caller } from '@steelyard/kernel';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { Catalog } from '../catalog.js';
import { CatalogReader } from '../graphql/catalog-reader.js';
import { Model, SetModelVisibilityInput } from '../graphql/catalog.graphql-types.js';
import { viewerId } from '../viewer.js';
import { ModelShare, ShareModelInput } from './sharing.graphql-types.js';

@Resolver(() => Model)
export class SharingResolver {
  constructor(
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
    @Inject(OrganizationNames) private readonly names: OrganizationNames,
  ) {}

  @Mutation(() => Model, { description: 'Public needs a version that states its licence and its intended use.' })
  @Access('models:publish')
  async setModelVisibility(@CurrentCaller() caller: Caller, @Args('input') input: SetModelVisibilityInput): Promise<Model> {
    const modelId = await this.catalog.setVisibility(caller.organizationId, input.model, input.visibility);
    return this.reader.ownModel(caller, modelId);
  }

  @Mutation(() => Model, { description: 'Lets another organization read and call a model, whatever its visibility. Again changes nothing.' })
  @Access('models:publish')
  async shareModel(@CurrentCaller() caller: Caller, @Args('input') { model, with: handle }: ShareModelInput): Promise<Model> {
    const modelId = await this.catalog.shareModel({ tenantId: caller.organizationId, actorId: caller.actorId, model, handle });
    return this.reader.ownModel(caller, modelId);
  }

  @Mutation(() => Model, { description: 'Takes a share back: the next call of that organization is refused.' })
  @Access('models:publish')
  async stopSharingModel(@CurrentCaller() caller: Caller, @Args('input') { model, with: handle }: ShareModelInput): Promise<Model> {
    const modelId = await this.catalog.stopSharing({ tenantId: caller.organizationId, actorId: caller.actorId, model, handle });
    return this.reader.ownModel(caller, modelId);
  }

  @ResolveField(() => [ModelShare], { description: 'Organizations that it is shared with, for the owner alone; others get none.' })
  async sharedWith(@CurrentCaller() caller: Caller | undefined, @Parent() model: Model): Promise<ModelShare[]> {
    const tenantId = viewerId(caller);
    if (!model.own || model.tenantId !== tenantId) return [];
    const shares = await this.database.withTenant(tenantId, (tx) => tx.modelShare.findMany({ where: { tenantId, modelId: model.id }, orderBy: { createdAt: 'asc' } }));
    const ids = shares.map(({ withTenantId }) => withTenantId);
    const [handles, names] = await Promise.all([this.handles.handlesOf(ids), this.names.namesOf(ids)]);
    return shares.map(({ withTenantId, createdAt }) => ({ handle: handles.get(withTenantId)!, name: names.get(withTenantId) ?? handles.get(withTenantId)!, since: createdAt }));
  }
}
