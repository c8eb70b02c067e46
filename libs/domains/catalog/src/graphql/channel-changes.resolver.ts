import { Inject } from '@nestjs/common';
import { Args, Resolver, Subscription } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { CurrentCaller, Public } from '@steelyard/platform-graphql';
import { FollowChannels } from '../channels/follow-channels.js';
import { Channel } from './catalog.graphql-types.js';

/** Open to everybody, as the models themselves are. */
@Resolver()
export class ChannelChangesResolver {
  constructor(@Inject(FollowChannels) private readonly following: FollowChannels) {}

  @Subscription(() => [Channel], {
    resolve: (channels: Channel[]) => channels,
    description: 'The channels of a model that you may see, now and after each change: release, rollback, canary. For live canaries at most every 5 s.',
  })
  @Public()
  channelChanges(@CurrentCaller() caller: Caller | undefined, @Args('ref', { type: () => String }) ref: string): Promise<AsyncIterableIterator<Channel[]>> {
    return this.following.follow(caller, ref);
  }
}
