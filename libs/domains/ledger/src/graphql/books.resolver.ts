import { Inject } from '@nestjs/common';
import { Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { OperatorOnly } from '@steelyard/platform-graphql';
import { AccountTotals } from '../account-totals.js';
import { Ledger } from '../ledger.js';
import { AccountTotal, TrialBalance } from './books.graphql-types.js';

/** The ledger as whoever keeps the books sees it. */
@Resolver(() => TrialBalance)
export class BooksResolver {
  constructor(
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(AccountTotals) private readonly accounts: AccountTotals,
  ) {}

  @OperatorOnly()
  @Query(() => [TrialBalance], { description: 'The whole ledger added up, by currency.' })
  async trialBalance(): Promise<TrialBalance[]> {
    return this.ledger.trialBalance();
  }

  @ResolveField(() => [AccountTotal], { description: 'Where the money stands, by kind of account.' })
  totals(@Parent() { currency }: TrialBalance): Promise<AccountTotal[]> {
    return this.accounts.of(currency);
  }
}
