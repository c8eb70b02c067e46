import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, PageArgs, pageOf, toPage, type Page } from '@steelyard/platform-graphql';
import { PayoutAccounts } from '../payouts/payout-accounts.js';
import { SetUpPayouts } from '../payouts/set-up-payouts.js';
import { ReadMoney } from '../read-money.js';
import { toAccount } from './nodes.js';
import { PayoutNodes } from './payout-nodes.js';
import { Payout, PayoutAccount, PayoutConnection, PayoutSetUp, SetUpPayoutsInput } from './payouts.graphql-types.js';

@Resolver(() => Payout)
export class PayoutsResolver {
  constructor(
    @Inject(ReadMoney) private readonly money: ReadMoney,
    @Inject(PayoutAccounts) private readonly accounts: PayoutAccounts,
    @Inject(SetUpPayouts) private readonly setUp: SetUpPayouts,
    @Inject(PayoutNodes) private readonly nodes: PayoutNodes,
  ) {}

  @Access('balance:read')
  @Query(() => PayoutAccount, { nullable: true, description: "Where the organization's earnings are sent; null before `setUpPayouts`." })
  async payoutAccount(@CurrentCaller() caller: Caller): Promise<PayoutAccount | null> {
    const account = await this.accounts.of(caller.organizationId);
    return account ? toAccount(account) : null;
  }

  @Access('balance:read')
  @Query(() => PayoutConnection, { description: 'What the organization has been paid for its models, newest first.' })
  async payouts(@CurrentCaller() caller: Caller, @Args() args: PageArgs): Promise<Page<Payout>> {
    const page = pageOf(args);
    const nodes = await this.nodes.of(await this.money.payouts(caller.organizationId, page));
    return toPage(nodes, page.limit, ({ id }) => id, (node) => node);
  }

  @Access('payments:manage')
  @Mutation(() => PayoutSetUp, { description: "Makes the organization's account at Stripe, once, and gives the page where Stripe asks what it has to know. Call it again to go on." })
  async setUpPayouts(@CurrentCaller() caller: Caller, @Args('input', { type: () => SetUpPayoutsInput }) input: SetUpPayoutsInput): Promise<PayoutSetUp> {
    const { account, url } = await this.setUp.setUp(caller, { ...input, returnPath: input.returnPath ?? undefined });
    return { account: toAccount(account), url };
  }
}
