import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { Catalog } from '../catalog.js';
import { CatalogReader } from './catalog-reader.js';
import { DeprecateVersionInput, RestoreVersionInput } from './deprecation.graphql-types.js';
import { ModelVersion } from './version.graphql-types.js';

@Resolver()
export class DeprecationResolver {
  constructor(
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
  ) {}

  @Mutation(() => ModelVersion, { description: 'Tells callers that a version goes, when, and what takes its place. Again with other dates it changes them.' })
  @Access('models:publish')
  async deprecateVersion(@CurrentCaller() caller: Caller, @Args('input') input: DeprecateVersionInput): Promise<ModelVersion> {
    const { successor, reason, ...wish } = input;
    const changed = await this.catalog.deprecateVersion({ ...wish, tenantId: caller.organizationId, successor: successor ?? undefined, reason: reason ?? undefined });
    return this.reader.ownVersion(caller, changed);
  }

  @Mutation(() => ModelVersion, { description: 'Takes a deprecation back.' })
  @Access('models:publish')
  async restoreVersion(@CurrentCaller() caller: Caller, @Args('input') input: RestoreVersionInput): Promise<ModelVersion> {
    return this.reader.ownVersion(caller, await this.catalog.restoreVersion({ ...input, tenantId: caller.organizationId }));
  }
}
