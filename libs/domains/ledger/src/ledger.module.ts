import { Module } from '@nestjs/common';
import { AccountSignals } from './account-signals.js';
import { CreditOrganization } from './credit-organization.js';
import { LedgerResolver } from './graphql/ledger.resolver.js';
import { Ledger } from './ledger.js';
import { ReadBalance } from './read-balance.js';

/** Needs `DATABASE` from a global module. */
@Module({ providers: [AccountSignals, CreditOrganization, Ledger, LedgerResolver, ReadBalance], exports: [AccountSignals, CreditOrganization, Ledger] })
export class LedgerModule {}
