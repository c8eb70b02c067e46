import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Manifest } from '@steelyard/model-package';
import { JsonScalar } from '@steelyard/platform-graphql';
import { Price } from '../prices/price.graphql-types.js';
import { ModelVersion, VersionSignature } from './version.graphql-types.js';

/** The fields of a version that are read only when they are asked for. */
@Resolver(() => ModelVersion)
export class VersionResolver {
  @ResolveField(() => JsonScalar)
  manifest(@Parent() version: ModelVersion): Promise<unknown> {
    return version.read('manifest');
  }

  @ResolveField(() => JsonScalar, { description: 'JSON Schema of the input.' })
  async inputSchema(@Parent() version: ModelVersion): Promise<unknown> {
    return ((await version.read('manifest')) as Manifest).input;
  }

  @ResolveField(() => JsonScalar, { description: 'JSON Schema of the output.' })
  async outputSchema(@Parent() version: ModelVersion): Promise<unknown> {
    return ((await version.read('manifest')) as Manifest).output;
  }

  @ResolveField(() => String, { description: 'The model card, in Markdown.' })
  card(@Parent() version: ModelVersion): Promise<unknown> {
    return version.read('card');
  }

  @ResolveField(() => JsonScalar)
  samples(@Parent() version: ModelVersion): Promise<unknown> {
    return version.read('samples');
  }

  @ResolveField(() => JsonScalar)
  files(@Parent() version: ModelVersion): Promise<unknown> {
    return version.read('files');
  }

  @ResolveField(() => [Price], { description: 'What comes into force later, the earliest first. What would change nothing is left out.' })
  async announcedPrices(@Parent() version: ModelVersion): Promise<Price[]> {
    return (await version.readPrices()).announced;
  }

  @ResolveField(() => [Price], { description: 'What has come into force, the latest first; the last 100 that changed anything.' })
  async priceHistory(@Parent() version: ModelVersion): Promise<Price[]> {
    return (await version.readPrices()).history;
  }

  @ResolveField(() => JsonScalar, { nullable: true, description: 'What the trial run of the publication measured.' })
  measurements(@Parent() version: ModelVersion): Promise<unknown> {
    return version.read('measurements');
  }

  @ResolveField(() => VersionSignature, { nullable: true, description: 'By the key of its owner; null of a version that is not signed.' })
  signature(@Parent() version: ModelVersion): Promise<unknown> {
    return version.read('signature');
  }
}
