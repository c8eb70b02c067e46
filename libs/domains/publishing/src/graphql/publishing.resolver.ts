import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { FollowPublication } from '../follow-publication.js';
import { PublishVersion } from '../publish-version.js';
import type { EventRecord, PublicationRecord } from '../publication.js';
import { Publication, PublicationEvent, PublishVersionInput } from './publication.graphql-types.js';

@Resolver(() => Publication)
export class PublishingResolver {
  constructor(
    @Inject(PublishVersion) private readonly publishing: PublishVersion,
    @Inject(FollowPublication) private readonly following: FollowPublication,
  ) {}

  @Mutation(() => Publication, { description: 'Begins to publish a package whose files are uploaded; `publishProgress` tells how it goes.' })
  @Access('models:publish')
  publishVersion(@CurrentCaller() caller: Caller, @Args('input', { type: () => PublishVersionInput }) input: PublishVersionInput): Promise<PublicationRecord> {
    const { manifest, channel } = input;
    const files = input.files.map(({ path, sha256, size }) => ({ path, sha256, size }));
    return this.publishing.publish(caller, { manifest, files, channel: channel ?? undefined, public: input.public ?? false, dryRun: input.dryRun ?? false });
  }

  @Query(() => Publication, { nullable: true })
  @Access('models:publish')
  async publication(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<PublicationRecord | null> {
    return (await this.following.find(caller, id)) ?? null;
  }

  @Subscription(() => PublicationEvent, { resolve: (event: EventRecord) => event, description: 'Past events first, then each as it happens; ends after the last.' })
  @Access('models:publish')
  publishProgress(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<AsyncIterableIterator<EventRecord>> {
    return this.following.follow(caller, id);
  }

  @ResolveField(() => String)
  model(@Parent() publication: PublicationRecord): string {
    return publication.modelName;
  }

  @ResolveField(() => [PublicationEvent])
  events(@Parent() publication: PublicationRecord): Promise<EventRecord[]> {
    return this.following.eventsOf(publication);
  }
}
