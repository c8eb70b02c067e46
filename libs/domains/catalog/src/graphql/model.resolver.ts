import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Channel, ChannelEvent, Model } from './catalog.graphql-types.js';
import { Provider } from './listing.graphql-types.js';
import { ModelVersion } from './version.graphql-types.js';

/** What belongs to a model and is read only when it is asked for. */
@Resolver(() => Model)
export class ModelResolver {
  @ResolveField(() => Provider)
  async provider(@Parent() model: Model): Promise<Provider> {
    return { handle: model.owner, name: (await model.batch.providerName(model.tenantId)) ?? model.owner };
  }

  @ResolveField(() => ModelVersion, {
    nullable: true,
    description: 'The version that is shown: of the channel stable, else the newest that is ready, else the newest.',
  })
  async shown(@Parent() model: Model): Promise<ModelVersion | null> {
    return (await model.batch.shown(model.shownId)) ?? null;
  }

  @ResolveField(() => [ModelVersion], { description: 'Newest first. Others than the owner see ready versions only.' })
  versions(@Parent() model: Model): Promise<ModelVersion[]> {
    return model.batch.versions(model.id);
  }

  @ResolveField(() => [Channel])
  channels(@Parent() model: Model): Promise<Channel[]> {
    return model.batch.channels(model.id);
  }
}

@Resolver(() => Channel)
export class ChannelHistoryResolver {
  @ResolveField(() => [ChannelEvent], { description: 'Newest first.' })
  history(@Parent() channel: Channel): Promise<ChannelEvent[]> {
    return channel.batch.history(channel.modelId, channel.name);
  }
}
