import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DISPATCH } from '@steelyard/dispatch';
import { BLOB_STORE } from '@steelyard/platform-blob-store';
import { CONFIG } from '@steelyard/platform-config';
import { DATABASE } from '@steelyard/platform-database';
import { JOURNAL } from '@steelyard/platform-journal';
import { LOGGER, METRICS } from '@steelyard/platform-observability';
import { domainModules } from './domain-modules.js';
import type { Infrastructure } from './infrastructure.js';
import { PlatformResolver } from './platform.resolver.js';

@Global()
@Module({})
class InfrastructureModule {
  static of(opened: Infrastructure): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: opened.config },
      { provide: LOGGER, useValue: opened.logger },
      { provide: METRICS, useValue: opened.metrics },
      { provide: DATABASE, useValue: opened.database },
      { provide: BLOB_STORE, useValue: opened.blobs },
      { provide: JOURNAL, useValue: opened.journal },
      { provide: DISPATCH, useValue: opened.dispatch },
    ];
    return { module: InfrastructureModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

@Module({})
export class AppModule {
  static of(opened: Infrastructure, graphql: DynamicModule): DynamicModule {
    return {
      module: AppModule,
      imports: [InfrastructureModule.of(opened), graphql, ...domainModules],
      providers: [PlatformResolver],
    };
  }
}
