import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ReadUsageSeries } from '@steelyard/domain-metering';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { UsageSeriesArgs } from './usage.args.js';
import { UsageNames } from './usage-names.js';
import { UsageBucket } from './usage-series.graphql-types.js';

@Resolver(() => UsageBucket)
export class UsageSeriesResolver {
  constructor(
    @Inject(ReadUsageSeries) private readonly series: ReadUsageSeries,
    @Inject(UsageNames) private readonly names: UsageNames,
  ) {}

  @Access('usage:read')
  @Query(() => [UsageBucket], {
    description: 'Calls over time, oldest first; stretches without calls are left out. At most 92 days, and 7 days by the hour.',
  })
  async usageSeries(@CurrentCaller() caller: Caller, @Args() args: UsageSeriesArgs): Promise<UsageBucket[]> {
    const { side, groupBy, interval, from, currency } = args;
    const { organizationId } = caller;
    const modelId = await this.names.modelIdOf(organizationId, args.model);
    if (modelId === null) return [];
    const buckets = await this.series.read(organizationId, { side, groupBy, interval, from, to: args.to ?? new Date(), currency, modelId, keyId: args.keyId ?? undefined });
    const groups = await this.names.groupsOf(organizationId, groupBy, buckets);
    return buckets.map((bucket) => ({ ...bucket, groupName: (bucket.group !== null && groups.get(bucket.group)) || null }));
  }
}
