import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { Catalog } from '../catalog.js';
import { CatalogReader } from '../graphql/catalog-reader.js';
import { PriceChange, SetPriceInput } from './set-price.graphql-types.js';
import { specOf } from './terms-input.graphql-types.js';

@Resolver()
export class PriceResolver {
  constructor(
    @Inject(Catalog) private readonly catalog: Catalog,
    @Inject(CatalogReader) private readonly reader: CatalogReader,
    @Inject(CONFIG) private readonly config: Pick<Config, 'priceNoticeDays' | 'paymentCurrency'>,
  ) {}

  @Mutation(() => [PriceChange], {
    description:
      'Sets what a version costs until further notice; what was announced for later does not come. What is dearer for others counts after the notice that the installation asks for, the rest at once. Says of each version when.',
  })
  @Access('models:publish')
  async setPrice(@CurrentCaller() caller: Caller, @Args('input') input: SetPriceInput): Promise<PriceChange[]> {
    const { modelId, changes } = await this.catalog.setPrice({
      tenantId: caller.organizationId,
      actorId: caller.actorId,
      model: input.model,
      version: input.version ?? undefined,
      price: specOf(input, this.config.paymentCurrency),
      serverCurrency: this.config.paymentCurrency,
      effectiveAt: input.effectiveAt ?? undefined,
      reason: input.reason ?? undefined,
      noticeDays: this.config.priceNoticeDays,
      dryRun: input.dryRun ?? false,
    });
    const { batch } = await this.reader.ownModel(caller, modelId);
    const versions = new Map((await batch.versions(modelId)).map((version) => [version.id, version]));
    return changes.map(({ versionId, withdrawn, ...change }) => ({
      ...change,
      version: versions.get(versionId)!,
      withdrawn: withdrawn.map(({ effectiveAtMs }) => new Date(effectiveAtMs)),
    }));
  }
}
