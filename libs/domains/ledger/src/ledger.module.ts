import { Module } from '@nestjs/common';
import { AccountSignals } from './account-signals.js';
import { AccountTotals } from './account-totals.js';
import { budgetProviders } from './budgets/providers.js';
import { CreditOrganization } from './credit-organization.js';
import { BooksResolver } from './graphql/books.resolver.js';
import { LedgerResolver } from './graphql/ledger.resolver.js';
import { Ledger } from './ledger.js';
import { ReadBalance } from './read-balance.js';

/** Needs DATABASE, CONFIG, LOGGER, and what budgets ask of the domains above: `BUDGET_SUBJECTS` and `WEBHOOK_SECRETS`, all from global modules. */
@Module({
  providers: [...budgetProviders, AccountSignals, AccountTotals, BooksResolver, CreditOrganization, Ledger, LedgerResolver, ReadBalance],
  exports: [AccountSignals, CreditOrganization, Ledger],
})
export class LedgerModule {}
