import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { formatNano, type Caller } from '@steelyard/kernel';
import { CONFIG, type Config } from '@steelyard/platform-config';
import { Access, CurrentCaller, OperatorOnly, type GraphqlContext } from '@steelyard/platform-graphql';
import { CreditOrganization } from '../credit-organization.js';
import { ReadBalance, type OrganizationBalance } from '../read-balance.js';
import { Balance, CreditOrganizationInput } from './ledger.graphql-types.js';

const CURRENCY = { type: () => String, nullable: true, description: 'ISO 4217 in lower case; default: the currency of the server.' };

@Resolver(() => Balance)
export class LedgerResolver {
  constructor(
    @Inject(ReadBalance) private readonly balances: ReadBalance,
    @Inject(CreditOrganization) private readonly creditOrganizationCase: CreditOrganization,
    @Inject(CONFIG) private readonly config: Pick<Config, 'paymentCurrency'>,
  ) {}

  @Access('balance:read')
  @Query(() => Balance, { description: "The balance of the caller's organization." })
  async balance(
    @CurrentCaller() caller: Caller,
    @Args('currency', CURRENCY) currency: string | null,
  ): Promise<Balance> {
    return toBalance(await this.balances.now(caller.organizationId, currency ?? this.config.paymentCurrency));
  }

  @Access('balance:read')
  @Subscription(() => Balance, { resolve: (balance: Balance) => balance, description: 'The balance now, and again after each change, at most once a second.' })
  balanceChanges(
    @CurrentCaller() caller: Caller,
    @Args('currency', CURRENCY) currency: string | null,
    @Context() { signal }: GraphqlContext,
  ): AsyncGenerator<Balance, void> {
    return toBalances(this.balances.changes(caller.organizationId, currency ?? this.config.paymentCurrency, signal!));
  }

  @OperatorOnly()
  @Mutation(() => Balance, { description: "Gives credit to an organization; answers with that organization's balance." })
  async creditOrganization(@Args('input', { type: () => CreditOrganizationInput }) input: CreditOrganizationInput): Promise<Balance> {
    const currency = input.currency ?? this.config.paymentCurrency;
    const organizationId = await this.creditOrganizationCase.run({ ...input, currency });
    return toBalance(await this.balances.now(organizationId, currency));
  }
}

async function* toBalances(balances: AsyncIterable<OrganizationBalance>): AsyncGenerator<Balance, void> {
  for await (const balance of balances) yield toBalance(balance);
}

function toBalance(balance: OrganizationBalance): Balance {
  return { ...balance, available: formatNano(balance.availableNano), earned: formatNano(balance.earnedNano) };
}
