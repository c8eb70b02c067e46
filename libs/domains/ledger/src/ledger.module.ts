import { Module } from '@nestjs/common';
import { CreditOrganization } from './credit-organization.js';
import { LedgerResolver } from './graphql/ledger.resolver.js';
import { Ledger } from './ledger.js';

/** Needs `DATABASE` from a global module. */
@Module({ providers: [Ledger, CreditOrganization, LedgerResolver], exports: [Ledger, CreditOrganization] })
export class LedgerModule {}
