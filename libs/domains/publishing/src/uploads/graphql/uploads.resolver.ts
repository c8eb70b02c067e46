import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { UnpublishedFiles } from '../unpublished-files.js';
import { UnpublishedUploads } from './uploads.graphql-types.js';

@Resolver(() => UnpublishedUploads)
export class UploadsResolver {
  constructor(@Inject(UnpublishedFiles) private readonly unpublished: UnpublishedFiles) {}

  @Query(() => UnpublishedUploads)
  @Access('versions:publish')
  unpublishedUploads(@CurrentCaller() { organizationId }: Caller): Promise<UnpublishedUploads> {
    return this.#state(organizationId);
  }

  @Mutation(() => UnpublishedUploads, { description: 'Removes files that no version of your organization names. Gives what is left.' })
  @Access('versions:publish')
  async removeUploads(@CurrentCaller() { organizationId }: Caller, @Args('sha256s', { type: () => [String] }) sha256s: string[]): Promise<UnpublishedUploads> {
    await this.unpublished.remove(organizationId, sha256s);
    return this.#state(organizationId);
  }

  async #state(tenantId: string): Promise<UnpublishedUploads> {
    const files = await this.unpublished.list(tenantId);
    return { files: files.map((file) => ({ ...file, removedAt: file.removedAt ?? null })), limitBytes: this.unpublished.limitBytes };
  }
}
