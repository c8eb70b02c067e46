import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IdentityModule } from '@steelyard/domain-identity/module';
import { LedgerModule } from '@steelyard/domain-ledger/module';
import { FollowUsage } from './follow-usage.js';
import { RecoveriesResolver } from './graphql/recoveries.resolver.js';
import { UsageHoursResolver } from './graphql/usage-hours.resolver.js';
import { Metering } from './metering.js';
import { ReadCalls } from './read-calls.js';
import { ReadRecoveries } from './recovery/read-recoveries.js';
import { ReadUsage } from './read-usage.js';
import { RebuildUsageHours } from './rebuild-usage-hours.js';
import { ReplayUsage } from './replay/replay-usage.js';
import { ReadUsageSeries } from './usage-series.js';

/**
 * Goes through the last run's log before the server listens, and writes what is left after it has stopped. Needs `DATABASE`,
 * `JOURNAL` and `LOGGER` from a global module, which close after this one.
 */
@Module({
  imports: [IdentityModule, LedgerModule],
  providers: [
    FollowUsage, Metering, ReadCalls, ReadRecoveries, ReadUsage, ReadUsageSeries, RebuildUsageHours, RecoveriesResolver, ReplayUsage, UsageHoursResolver,
  ],
  exports: [FollowUsage, Metering, ReadCalls, ReadUsage, ReadUsageSeries, ReplayUsage],
})
export class MeteringModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(Metering) private readonly metering: Metering) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.metering.recover();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.metering.close();
  }
}
