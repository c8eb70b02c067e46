import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { Catalog } from '../catalog.js';
import { CatalogReader } from '../graphql/catalog-reader.js';
import { Model, SetModelVisibilityInput } from '../graphql/catalog.graphql-types.js';
import { ModelShare, ShareModelInput } from './sharing.graphql-types.js';

@Resolver(() => Model)
export class SharingResolver {
  constructor(
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
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
  sharedWith(@Parent() model: Model): Promise<ModelShare[]> {
    return model.batch.sharedWith(model.id);
  }
}
