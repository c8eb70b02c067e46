import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Manifest } from '@steelyard/model-package';
import { JsonScalar } from '@steelyard/platform-graphql';
import { ModelVersion } from './version.graphql-types.js';

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

  @ResolveField(() => JsonScalar, { nullable: true, description: 'What the trial run of the publication measured.' })
  measurements(@Parent() version: ModelVersion): Promise<unknown> {
    return version.read('measurements');
  }
}
