import { Inject } from '@nestjs/common';
import { Args, Context, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import type { VersionName } from '@steelyard/domain-catalog';
import { FollowUsage, ReadUsage, type PredictionStatus, type UsageRow } from '@steelyard/domain-metering';
import type { Caller } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { Access, CurrentCaller, pageOf, toPage, type GraphqlContext, type Page } from '@steelyard/platform-graphql';
import { UsageArgs, UsageSummaryArgs } from './usage.args.js';
import { UsageConnection, UsageEvent, UsageSide, UsageSummary } from './usage.graphql-types.js';
import { UsageNames } from './usage-names.js';

/** A call, with the names of its page: asked for once, when the first call of the page is asked for its own. */
interface UsageNode extends UsageEvent {
  readonly names: () => Promise<ReadonlyMap<string, VersionName>>;
}

@Resolver(() => UsageEvent)
export class UsageResolver {
  constructor(
    @Inject(ReadUsage) private readonly reader: ReadUsage,
    @Inject(FollowUsage) private readonly following: FollowUsage,
    @Inject(UsageNames) private readonly names: UsageNames,
    @Inject(CONFIG) private readonly config: Pick<Config, 'paymentCurrency'>,
  ) {}

  @Access('usage:read')
  @Query(() => UsageConnection, { description: "The organization's calls, or calls of its models, newest first." })
  async usage(@CurrentCaller() caller: Caller, @Args() args: UsageArgs): Promise<Page<UsageEvent>> {
    const { organizationId } = caller;
    const { limit, afterId } = pageOf(args);
    const { side, from, to, keyId, tag, status, model } = args;
    const modelId = await this.names.modelIdOf(organizationId, model);
    if (modelId === null) return toPage([], limit, String, (node: UsageEvent) => node);
    const period = { from: from ?? undefined, to: to ?? undefined };
    const filter = { side, period, modelId, keyId: keyId ?? undefined, tag: tag ?? undefined, status: status ?? undefined };
    const rows = await this.reader.page(organizationId, { ...filter, limit, afterId });
    return toPage(this.#nodes(organizationId, rows), limit, ({ id }) => id, (node) => node);
  }

  @Access('usage:read')
  @Query(() => UsageSummary)
  async usageSummary(@CurrentCaller() caller: Caller, @Args() args: UsageSummaryArgs): Promise<UsageSummary> {
    const { side, currency: wished, from, to, keyId, tag, status, model } = args;
    const currency = wished ?? this.config.paymentCurrency;
    const modelId = await this.names.modelIdOf(caller.organizationId, model);
    if (modelId === null) return { calls: 0, failed: 0, amountNano: 0n, feeNano: 0n, currency };
    const period = { from: from ?? undefined, to: to ?? undefined };
    const filter = { modelId, keyId: keyId ?? undefined, tag: tag ?? undefined, status: status ?? undefined };
    const totals = await this.reader.totals(caller.organizationId, { side, currency, period, ...filter });
    return { ...totals, currency };
  }

  @Access('usage:read')
  @Subscription(() => [UsageEvent], {
    resolve: (events: UsageEvent[]) => events,
    description: 'Calls as they are charged: those of the last moment, newest first, at most 100 at a time and once a second.',
  })
  usageArrivals(
    @CurrentCaller() caller: Caller,
    @Args('side', { type: () => UsageSide, defaultValue: UsageSide.CONSUMER }) side: UsageSide,
    @Context() { signal }: GraphqlContext,
  ): AsyncGenerator<UsageEvent[], void> {
    return this.#arrivals(caller.organizationId, side, signal!);
  }

  @ResolveField(() => String, { nullable: true })
  async modelRef(@Parent() { names, versionId }: UsageNode): Promise<string | null> {
    return (await names()).get(versionId)?.modelRef ?? null;
  }

  @ResolveField(() => String, { nullable: true })
  async version(@Parent() { names, versionId }: UsageNode): Promise<string | null> {
    return (await names()).get(versionId)?.version ?? null;
  }

  async *#arrivals(tenantId: string, side: UsageSide, signal: AbortSignal): AsyncGenerator<UsageEvent[], void> {
    for await (const rows of this.following.arrivals(tenantId, side, signal)) yield this.#nodes(tenantId, rows);
  }

  #nodes(tenantId: string, rows: readonly UsageRow[]): UsageNode[] {
    let asked: ReturnType<UsageNode['names']> | undefined;
    const names = () => (asked ??= this.names.versionsOf(tenantId, rows));
    return rows.map((row) => ({ ...row, names, status: row.status as PredictionStatus, computeMs: row.computeMicros / 1_000, totalMs: row.totalMicros / 1_000 }));
  }
}
