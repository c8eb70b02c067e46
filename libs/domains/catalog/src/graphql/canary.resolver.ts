import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { Catalog } from '../catalog.js';
import type { ChannelMove } from '../channels/channel-row.js';
import { EndCanaryInput, StartCanaryInput } from './canary.graphql-types.js';
import { CatalogReader } from './catalog-reader.js';
import { Channel } from './catalog.graphql-types.js';

@Resolver()
export class CanaryResolver {
  constructor(
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
  ) {}

  @Mutation(() => Channel, {
    description: "Sends some of a channel's calls to a candidate version, which is rolled back by itself when it fails or is slow.",
  })
  @Access('models:publish')
  async startCanary(@CurrentCaller() caller: Caller, @Args('input') input: StartCanaryInput): Promise<Channel> {
    const { version, percent } = input;
    const move = moveOf(caller, input);
    return this.#channel(caller, await this.catalog.startCanary({ ...move, version, percent }), move.channel);
  }

  @Mutation(() => Channel, { description: 'Points the channel to its candidate.' })
  @Access('models:publish')
  async promoteCanary(@CurrentCaller() caller: Caller, @Args('input') input: EndCanaryInput): Promise<Channel> {
    const move = moveOf(caller, input);
    return this.#channel(caller, await this.catalog.promoteCanary(move), move.channel);
  }

  @Mutation(() => Channel, { description: 'Gives the candidate no more calls.' })
  @Access('models:publish')
  async stopCanary(@CurrentCaller() caller: Caller, @Args('input') input: EndCanaryInput): Promise<Channel> {
    const move = moveOf(caller, input);
    return this.#channel(caller, await this.catalog.stopCanary(move), move.channel);
  }

  async #channel(caller: Caller, modelId: string, name: string): Promise<Channel> {
    const { batch } = await this.reader.ownModel(caller, modelId);
    return (await batch.channels(modelId)).find((channel) => channel.name === name)!;
  }
}

function moveOf(caller: Caller, { model, channel, reason }: EndCanaryInput): ChannelMove {
  return { tenantId: caller.organizationId, actorId: caller.actorId, model, channel: channel ?? 'stable', reason };
}
