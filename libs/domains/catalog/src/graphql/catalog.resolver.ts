import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { isAllowed, type Caller } from '@steelyard/kernel';
import { CurrentCaller, PageArgs, Public } from '@steelyard/platform-graphql';
import { Catalog } from '../catalog.js';
import { CatalogReader, type ListFilter } from './catalog-reader.js';
import { Model, ModelConnection } from './catalog.graphql-types.js';
import { ModelFacets, ModelFilterArgs, ModelSort } from './listing.graphql-types.js';
import { ModelVersion } from './version.graphql-types.js';

/** Open to everybody; who says who they are, and may read models, sees their organization's own too. */
@Resolver()
export class CatalogResolver {
  constructor(
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
  ) {}

  @Query(() => Model, { nullable: true })
  @Public()
  async model(@CurrentCaller() caller: Caller | undefined, @Args('ref', { type: () => String }) ref: string): Promise<Model | null> {
    return (await this.reader.model(caller, ref)) ?? null;
  }

  @Query(() => ModelConnection, { description: 'Public models, your own, and those shared with your organization.' })
  @Public()
  models(
    @CurrentCaller() caller: Caller | undefined,
    @Args() page: PageArgs,
    @Args() filter: ModelFilterArgs,
    @Args('sort', { type: () => ModelSort, nullable: true, description: 'RELEVANCE with a search, else NEWEST.' }) sort?: ModelSort | null,
  ): Promise<ModelConnection> {
    return this.reader.models(caller, page, { ...toFilter(filter), sort: sort ?? undefined });
  }

  @Query(() => ModelFacets, { description: 'What the models that a search finds can be narrowed by.' })
  @Public()
  modelFacets(@CurrentCaller() caller: Caller | undefined, @Args() filter: ModelFilterArgs): Promise<ModelFacets> {
    return this.reader.facets(caller, toFilter(filter));
  }

  @Query(() => ModelVersion, { description: 'The version that a reference (a channel or a version) means now.' })
  @Public()
  async modelVersion(@CurrentCaller() caller: Caller | undefined, @Args('ref', { type: () => String }) ref: string): Promise<ModelVersion> {
    const viewer = caller && isAllowed(caller, 'models:read') ? caller : undefined;
    return (await this.reader.version(viewer, await this.catalog.resolve(ref, viewer)))!;
  }
}

/** GraphQL clients say "not given" by null as well as by leaving out, and forms by an empty text. */
function toFilter({ search, task, tag, license, owner, shared }: ModelFilterArgs): ListFilter {
  return { search: search || undefined, task: task || undefined, tag: tag || undefined, license: license || undefined, owner: owner || undefined, shared: shared || undefined };
}
