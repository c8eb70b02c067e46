import { Inject } from '@nestjs/common';
import { Args, Float, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ReadUsageSeries, type CallTimes, type SeriesQuery, type UsageBucket as Bucket } from '@steelyard/domain-metering';
import type { Caller } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import { UsageSeriesArgs, UsageUnitsArgs } from './usage.args.js';
import { UsageNames } from './usage-names.js';
import { UnitUsage, UsageBucket } from './usage-series.graphql-types.js';

/** A bucket, with how long the calls of its series took: asked for once, when the first bucket is asked for it. */
interface BucketNode extends UsageBucket {
  readonly times: () => Promise<CallTimes>;
}

@Resolver(() => UsageBucket)
export class UsageSeriesResolver {
  constructor(
    @Inject(ReadUsageSeries) private readonly series: ReadUsageSeries,
    @Inject(UsageNames) private readonly names: UsageNames,
    @Inject(CONFIG) private readonly config: Pick<Config, 'paymentCurrency'>,
  ) {}

  @Access('usage:read')
  @Query(() => [UsageBucket], {
    description: 'Calls over time, oldest first; stretches without calls are left out. At most a year, and 31 days by the hour.',
  })
  async usageSeries(@CurrentCaller() caller: Caller, @Args() args: UsageSeriesArgs): Promise<UsageBucket[]> {
    const { organizationId } = caller;
    const query = await this.#queryOf(organizationId, args, args);
    if (query === null) return [];
    const buckets = await this.series.read(organizationId, query);
    const groups = await this.names.groupsOf(organizationId, query.groupBy, buckets);
    let asked: ReturnType<ReadUsageSeries['times']> | undefined;
    const times = async (bucket: Bucket) => (await (asked ??= this.series.times(organizationId, query)))(bucket);
    return buckets.map((bucket): BucketNode => ({ ...bucket, groupName: (bucket.group !== null && groups.get(bucket.group)) || null, times: () => times(bucket) }));
  }

  @Access('usage:read')
  @Query(() => [UnitUsage], { description: 'What was used of each unit of prices, and what that cost.' })
  async usageUnits(@CurrentCaller() caller: Caller, @Args() args: UsageUnitsArgs): Promise<UnitUsage[]> {
    const query = await this.#queryOf(caller.organizationId, args, { groupBy: 'none', interval: 'period' });
    return query === null ? [] : this.series.units(caller.organizationId, query);
  }

  @ResolveField(() => Float, { nullable: true })
  async p50Ms(@Parent() { times }: BucketNode): Promise<number | null> {
    return (await times()).p50Ms;
  }

  @ResolveField(() => Float, { nullable: true })
  async p95Ms(@Parent() { times }: BucketNode): Promise<number | null> {
    return (await times()).p95Ms;
  }

  /** `null` where a model is named that the organization knows nothing of. */
  async #queryOf(tenantId: string, args: UsageUnitsArgs, shape: Pick<SeriesQuery, 'groupBy' | 'interval'>): Promise<SeriesQuery | null> {
    const { side, from } = args;
    const currency = args.currency ?? this.config.paymentCurrency;
    const modelId = await this.names.modelIdOf(tenantId, args.model);
    if (modelId === null) return null;
    const filter = { modelId, keyId: args.keyId ?? undefined, tag: args.tag ?? undefined, status: args.status ?? undefined };
    return { side, from, to: args.to ?? new Date(), currency, groupBy: shape.groupBy, interval: shape.interval, ...filter };
  }
}
