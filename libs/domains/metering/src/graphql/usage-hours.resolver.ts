import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { OperatorOnly } from '@steelyard/platform-graphql';
import { RebuildUsageHours, type RebuiltHours } from '../rebuild-usage-hours.js';
import { UsageHoursCheck, UsageHoursRebuild } from './usage-hours.graphql-types.js';

@Resolver()
export class UsageHoursResolver {
  constructor(@Inject(RebuildUsageHours) private readonly hours: RebuildUsageHours) {}

  @OperatorOnly()
  @Query(() => UsageHoursCheck, { description: 'Whether the hourly sums of usage, from hour to hour, are what the calls add up to. At most 92 days.' })
  async usageHoursMatch(@Args('from', { type: () => Date }) from: Date, @Args('to', { type: () => Date }) to: Date): Promise<UsageHoursCheck> {
    const wrong = await this.hours.wrong({ from, to });
    return { match: wrong === 0, wrong };
  }

  @OperatorOnly()
  @Mutation(() => UsageHoursRebuild, { description: 'Adds the hourly sums of usage up anew, from hour to hour. Usage is written a little later meanwhile. At most 92 days.' })
  rebuildUsageHours(@Args('from', { type: () => Date }) from: Date, @Args('to', { type: () => Date }) to: Date): Promise<RebuiltHours> {
    return this.hours.rebuild({ from, to });
  }
}
