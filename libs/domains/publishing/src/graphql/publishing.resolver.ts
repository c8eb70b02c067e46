import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, PageArgs, pageOf, toPage, type Page } from '@steelyard/platform-graphql';
import { checkManifestText, type CheckedText } from '../check-manifest-text.js';
import { FollowPublication } from '../follow-publication.js';
import { PublishVersion } from '../publish-version.js';
import type { EventRecord, PublicationRecord } from '../publication.js';
import { ManifestCheck } from './manifest.graphql-types.js';
import { Publication, PublicationConnection, PublicationEvent, PublishVersionInput } from './publication.graphql-types.js';

@Resolver(() => Publication)
export class PublishingResolver {
  constructor(
    @Inject(PublishVersion) private readonly publishing: PublishVersion,
    @Inject(FollowPublication) private readonly following: FollowPublication,
  ) {}

  @Mutation(() => Publication, { description: 'Begins to publish a package whose files are uploaded; `publishProgress` tells how it goes.' })
  @Access('versions:publish')
  publishVersion(@CurrentCaller() caller: Caller, @Args('input', { type: () => PublishVersionInput }) input: PublishVersionInput): Promise<PublicationRecord> {
    const { manifest, channel } = input;
    const files = input.files.map(({ path, sha256, size }) => ({ path, sha256, size }));
    return this.publishing.publish(caller, { manifest, files, channel: channel ?? undefined, public: input.public ?? false, dryRun: input.dryRun ?? false });
  }

  @Query(() => Publication, { nullable: true })
  @Access('versions:publish')
  async publication(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<PublicationRecord | null> {
    return (await this.following.find(caller, id)) ?? null;
  }

  @Query(() => PublicationConnection, { description: 'Attempts to publish, newest first.' })
  @Access('versions:publish')
  async publications(@CurrentCaller() caller: Caller, @Args() args: PageArgs): Promise<Page<PublicationRecord>> {
    const { limit, afterId } = pageOf(args);
    const records = await this.following.list(caller, { limit: limit + 1, afterId });
    return toPage(records, limit, ({ id }) => id, (record) => record);
  }

  @Query(() => ManifestCheck, { description: 'What is wrong with the text of a model.yaml, with lines; and what it means when nothing is.' })
  @Access('versions:publish')
  checkManifest(@Args('text', { type: () => String }) text: string): CheckedText {
    return checkManifestText(text);
  }

  @Subscription(() => PublicationEvent, { resolve: (event: EventRecord) => event, description: 'Past events first, then each as it happens; ends after the last.' })
  @Access('versions:publish')
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
