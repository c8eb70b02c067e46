import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { CurrentCaller, OperatorOnly } from '@steelyard/platform-graphql';
import { PreparePayouts } from '../payouts/prepare-payouts.js';
import { SettlePayout } from '../payouts/settle-payout.js';
import { ReadMoney } from '../read-money.js';
import { PayoutNodes } from './payout-nodes.js';
import { Payout } from './payouts.graphql-types.js';

@Resolver(() => Payout)
export class PayoutOperatorResolver {
  constructor(
    @Inject(ReadMoney) private readonly money: ReadMoney,
    @Inject(PayoutNodes) private readonly nodes: PayoutNodes,
    @Inject(PreparePayouts) private readonly preparing: PreparePayouts,
    @Inject(SettlePayout) private readonly settling: SettlePayout,
  ) {}

  @OperatorOnly()
  @Query(() => [Payout], { description: "Every provider's payout of one month." })
  async periodPayouts(@Args('period', { type: () => Int, description: '202611 is November 2026.' }) period: number): Promise<Payout[]> {
    return this.nodes.of(await this.money.payoutsOf(period));
  }

  @OperatorOnly()
  @Mutation(() => [Payout], { description: 'Makes the payouts of a closed month and sends those whose provider is set up; gives all of that month. Calling it again adds nobody twice.' })
  async preparePayouts(@CurrentCaller() caller: Caller, @Args('period', { type: () => Int, description: '202611 is November 2026.' }) period: number): Promise<Payout[]> {
    await this.preparing.prepare(period, caller.actorId);
    return this.nodes.of(await this.money.payoutsOf(period));
  }

  @OperatorOnly()
  @Mutation(() => Payout, { description: 'Writes down that the operator has paid a payout by other means than Stripe. It must be waiting, or Stripe have refused it.' })
  async markPayoutPaid(
    @Args('id', { type: () => ID }) id: string,
    @Args('reference', { type: () => String, description: 'By which it can be found again, e.g. that of a bank transfer.' }) reference: string,
  ): Promise<Payout> {
    return (await this.nodes.of([await this.settling.markPaid(id, reference)]))[0]!;
  }

  @OperatorOnly()
  @Mutation(() => Payout, { description: 'Has Stripe take back a payout that it has paid; the provider is owed it again.' })
  async reversePayout(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('reason', { type: () => String }) reason: string,
  ): Promise<Payout> {
    return (await this.nodes.of([await this.settling.reverse(caller, id, reason)]))[0]!;
  }
}
