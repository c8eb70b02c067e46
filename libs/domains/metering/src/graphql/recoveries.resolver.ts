import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { OrganizationHandles } from '@steelyard/domain-identity';
import { OperatorOnly, pageOf, toPage, type Page } from '@steelyard/platform-graphql';
import { ReadRecoveries } from '../recovery/read-recoveries.js';
import { RecoveriesArgs, UsageRecovery, UsageRecoveryConnection, type RecoveryAction } from './recoveries.graphql-types.js';

@Resolver(() => UsageRecovery)
export class RecoveriesResolver {
  constructor(
    @Inject(ReadRecoveries) private readonly recoveries: ReadRecoveries,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  @OperatorOnly()
  @Query(() => UsageRecoveryConnection, { description: 'Calls that were found in the log after a crash and became no usage, newest first.' })
  async usageRecoveries(@Args() args: RecoveriesArgs): Promise<Page<UsageRecovery>> {
    const page = pageOf(args);
    const rows = await this.recoveries.page({ ...page, action: args.action ?? undefined });
    const handles = await this.handles.handlesOf(rows.map(({ consumerTenantId }) => consumerTenantId));
    return toPage(rows, page.limit, ({ id }) => id, ({ consumerTenantId, action, ...row }) => ({ ...row, action: action as RecoveryAction, organization: handles.get(consumerTenantId)! }));
  }
}
