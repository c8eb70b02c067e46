import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { formatNano, type Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, OperatorOnly } from '@steelyard/platform-graphql';
import { CreditOrganization } from '../credit-organization.js';
import { Ledger } from '../ledger.js';
import { Balance, CreditOrganizationInput, TrialBalance } from './ledger.graphql-types.js';

@Resolver(() => Balance)
export class LedgerResolver {
  constructor(
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(CreditOrganization) private readonly creditOrganizationCase: CreditOrganization,
  ) {}

  @Access('balance:read')
  @Query(() => Balance, { description: "The balance of the caller's organization." })
  async balance(
    @CurrentCaller() caller: Caller,
    @Args('currency', { type: () => String, defaultValue: 'usd' }) currency: string,
  ): Promise<Balance> {
    return this.#balanceOf(caller.organizationId, currency);
  }

  @OperatorOnly()
  @Query(() => [TrialBalance])
  async trialBalance(): Promise<TrialBalance[]> {
    return this.ledger.trialBalance();
  }

  @OperatorOnly()
  @Mutation(() => Balance, { description: "Gives credit to an organization; answers with that organization's balance." })
  async creditOrganization(@Args('input', { type: () => CreditOrganizationInput }) input: CreditOrganizationInput): Promise<Balance> {
    const currency = input.currency ?? 'usd';
    const organizationId = await this.creditOrganizationCase.run({ ...input, currency });
    return this.#balanceOf(organizationId, currency);
  }

  async #balanceOf(organizationId: string, currency: string): Promise<Balance> {
    const [balance, earnedNano] = await Promise.all([
      this.ledger.balance(organizationId, currency),
      this.ledger.earnings(organizationId, currency),
    ]);
    return { ...balance, currency, earnedNano, available: formatNano(balance.availableNano), earned: formatNano(earnedNano) };
  }
}
