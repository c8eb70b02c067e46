import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { DISPATCH, type Dispatch } from '@steelyard/dispatch';
import { FrontDoor } from '@steelyard/domain-identity';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { INSTALLATION_CHECKS, type InstallationChecks } from '@steelyard/platform-observability';
import { accessChecks } from './access-checks.js';
import { databaseChecks } from './database-checks.js';
import { diskChecks } from './disk-checks.js';
import { InstallationResolver } from './installation.resolver.js';
import { runnerCheck } from './runner-check.js';
import { settingChecks } from './setting-checks.js';

/** What the operator of an installation is told about it. Domains add checks of their own to `INSTALLATION_CHECKS`. */
@Module({ imports: [IdentityModule], providers: [InstallationResolver] })
export class DoctorModule implements OnModuleInit {
  constructor(
    @Inject(INSTALLATION_CHECKS) private readonly checks: InstallationChecks,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(DISPATCH) private readonly dispatch: Dispatch,
    @Inject(FrontDoor) private readonly door: FrontDoor,
  ) {}

  onModuleInit(): void {
    const { config, database, dispatch, door } = this;
    this.checks.add(...accessChecks(config, door), ...settingChecks(config), ...databaseChecks(config, database), ...diskChecks(config), runnerCheck(dispatch));
  }
}
