import { Global, Module } from '@nestjs/common';
import { reportsOf, removeReportsOf } from '@steelyard/domain-catalog';
import { ACCOUNT_RECORDS, type AccountRecords } from '@steelyard/domain-identity';
import { isPosted } from '@steelyard/domain-ledger';
import { welcomeCreditId } from './welcome-credit.js';

/** What a person has said of models, and whether they were welcomed with money. */
export const accountRecords: AccountRecords = {
  of: async (tx, personId) => ({ reports: await reportsOf(tx, personId) }),
  remove: removeReportsOf,
  wasGivenOnce: (tx, personId) => isPosted(tx, welcomeCreditId(personId)),
};

/** Global, so that identity, which knows nothing of models or money, finds what it asks. */
@Global()
@Module({ providers: [{ provide: ACCOUNT_RECORDS, useValue: accountRecords }], exports: [ACCOUNT_RECORDS] })
export class AccountRecordsModule {}
