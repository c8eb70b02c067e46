import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { isId, type Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, pageOf, toPage, type Page } from '@steelyard/platform-graphql';
import { ReadUsage } from '../read-usage.js';
import { UsageArgs, UsageConnection, UsageEvent, UsageSummary, UsageSummaryArgs, type PredictionStatus } from './usage.graphql-types.js';

type UsageRow = Awaited<ReturnType<ReadUsage['page']>>[number];

@Resolver(() => UsageEvent)
export class UsageResolver {
  constructor(@Inject(ReadUsage) private readonly reader: ReadUsage) {}

  @Access('usage:read')
  @Query(() => UsageConnection, { description: "The organization's calls, or calls of its models, newest first." })
  async usage(@CurrentCaller() caller: Caller, @Args() args: UsageArgs): Promise<Page<UsageEvent>> {
    const { limit, afterId } = pageOf(args);
    const rows = await this.reader.page(caller.organizationId, {
      side: args.side,
      period: args,
      limit,
      // A cursor that is none of ours leads to the beginning.
      afterId: afterId !== undefined && isId(afterId) ? afterId : undefined,
    });
    return toPage(rows, limit, (row) => row.id, toUsageEvent);
  }

  @Access('usage:read')
  @Query(() => UsageSummary)
  async usageSummary(@CurrentCaller() caller: Caller, @Args() args: UsageSummaryArgs): Promise<UsageSummary> {
    const { side, currency } = args;
    return { ...(await this.reader.totals(caller.organizationId, { side, currency, period: args })), currency };
  }
}

function toUsageEvent(row: UsageRow): UsageEvent {
  return { ...row, status: row.status as PredictionStatus, computeMs: row.computeMicros / 1_000 };
}
