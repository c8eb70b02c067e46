import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DISPATCH } from '@steelyard/dispatch';
import { Identity } from '@steelyard/domain-identity';
import { SERVER_VERSION } from '@steelyard/domain-inference';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { VERSION_FOLDERS } from '@steelyard/domain-holdings';
import { BLOB_STORE } from '@steelyard/platform-blob-store';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE } from '@steelyard/platform-database';
import { graphqlModuleFrom } from '@steelyard/platform-graphql/module';
import { HTTP_STATUS, toFailure } from '@steelyard/platform-http';
import { JOURNAL } from '@steelyard/platform-journal';
import { INSTALLATION_CHECKS, InstallationChecks, LOGGER, METRICS, TRACING, type Logger } from '@steelyard/platform-observability';
import { DoctorModule } from './doctor/doctor.module.js';
import { domainModules } from './domain-modules.js';
import type { Infrastructure } from './infrastructure.js';
import { portalOperations } from './portal.js';
import { PlatformResolver } from './platform.resolver.js';
import { AccountRecordsModule } from './between-domains/account-records.js';
import { BudgetPortsModule } from './between-domains/budget-ports.js';
import { version } from './version.js';
import { KeyModelsModule } from './between-domains/key-models.js';
import { RelistRenamedModule } from './between-domains/relist-renamed.js';
import { WelcomeCreditModule } from './between-domains/welcome-credit.js';

@Global()
@Module({})
class InfrastructureModule {
  static of(opened: Infrastructure): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: opened.config },
      { provide: LOGGER, useValue: opened.logger },
      { provide: METRICS, useValue: opened.metrics },
      { provide: TRACING, useValue: opened.tracing },
      { provide: DATABASE, useValue: opened.database },
      { provide: BLOB_STORE, useValue: opened.blobs },
      { provide: JOURNAL, useValue: opened.journal },
      { provide: DISPATCH, useValue: opened.dispatch },
      { provide: VERSION_FOLDERS, useValue: opened.versionFolders },
      { provide: INSTALLATION_CHECKS, useValue: new InstallationChecks() },
      { provide: SERVER_VERSION, useValue: version },
    ];
    return { module: InfrastructureModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

const graphqlDoor = graphqlModuleFrom({
  imports: [IdentityModule],
  inject: [Identity, CONFIG, LOGGER] as const,
  useFactory: (identity: Identity, config: Config, log: Logger) => ({
    identify: (credentials, arrival) => identity.identify(credentials, arrival),
    watchKey: (actorId, changed) => identity.watchKey(actorId, changed),
    errors: { toFailure, statuses: HTTP_STATUS },
    introspection: config.introspection,
    log,
    bodyLimitBytes: config.bodyLimitBytes,
    limits: { cost: config.graphqlCostMax },
    persisted: { documents: portalOperations(), only: config.graphqlOperations === 'persisted' },
  }),
});

@Module({})
export class AppModule {
  static of(opened: Infrastructure): DynamicModule {
    return {
      module: AppModule,
      imports: [InfrastructureModule.of(opened), graphqlDoor, AccountRecordsModule, BudgetPortsModule, WelcomeCreditModule, RelistRenamedModule, KeyModelsModule, DoctorModule, ...domainModules],
      providers: [PlatformResolver],
    };
  }
}
