import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { Catalog } from '../catalog.js';
import { CatalogReader } from './catalog-reader.js';
import { Channel, ReleaseVersionInput, RollbackInput } from './catalog.graphql-types.js';

@Resolver()
export class ChannelResolver {
  constructor(
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
  ) {}

  @Mutation(() => Channel, { description: 'Points a channel to a ready version.' })
  @Access('models:publish')
  async releaseVersion(@CurrentCaller() caller: Caller, @Args('input') input: ReleaseVersionInput): Promise<Channel> {
    const channel = input.channel ?? 'stable';
    const modelId = await this.catalog.releaseVersion({ ...input, channel, ...actor(caller) });
    return this.#channel(caller, modelId, channel);
  }

  @Mutation(() => Channel, { description: 'Points a channel back to what it had before its latest release.' })
  @Access('models:publish')
  async rollback(@CurrentCaller() caller: Caller, @Args('input') input: RollbackInput): Promise<Channel> {
    const channel = input.channel ?? 'stable';
    const modelId = await this.catalog.rollBack({ ...input, channel, ...actor(caller) });
    return this.#channel(caller, modelId, channel);
  }

  async #channel(caller: Caller, modelId: string, name: string): Promise<Channel> {
    const { batch } = await this.reader.ownModel(caller, modelId);
    return (await batch.channels(modelId)).find((channel) => channel.name === name)!;
  }
}

function actor(caller: Caller): { tenantId: string; actorId: string } {
  return { tenantId: caller.organizationId, actorId: caller.actorId };
}
