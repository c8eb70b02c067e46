import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, PageArgs } from '@steelyard/platform-graphql';
import { Catalog } from '../catalog.js';
import { CatalogReader } from './catalog-reader.js';
import { Model, ModelConnection, ModelVersion } from './catalog.graphql-types.js';

@Resolver()
export class CatalogResolver {
  constructor(
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
  ) {}

  @Query(() => Model, { nullable: true })
  @Access('models:read')
  async model(@CurrentCaller() caller: Caller, @Args('ref', { type: () => String }) ref: string): Promise<Model | null> {
    return (await this.reader.model(caller, ref)) ?? null;
  }

  @Query(() => ModelConnection, { description: 'Your models and public ones, newest first.' })
  @Access('models:read')
  models(
    @CurrentCaller() caller: Caller,
    @Args() page: PageArgs,
    @Args('search', { type: () => String, nullable: true }) search?: string,
    @Args('task', { type: () => String, nullable: true }) task?: string,
    @Args('owner', { type: () => String, nullable: true }) owner?: string,
  ): Promise<ModelConnection> {
    return this.reader.models(caller, page, { search, task, owner });
  }

  @Query(() => ModelVersion, { description: 'The version that a reference (a channel or a version) means now.' })
  @Access('models:read')
  async modelVersion(@CurrentCaller() caller: Caller, @Args('ref', { type: () => String }) ref: string): Promise<ModelVersion> {
    return (await this.reader.version(caller, await this.catalog.resolve(ref, caller)))!;
  }
}
