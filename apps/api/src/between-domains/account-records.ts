import { Global, Module } from '@nestjs/common';
import { reportsOf, removeReportsOf } from '@steelyard/domain-catalog';
import { ACCOUNT_RECORDS, type AccountRecords } from '@steelyard/domain-identity';

/** What a person has said of models. */
const records: AccountRecords = {
  of: async (tx, personId) => ({ reports: await reportsOf(tx, personId) }),
  remove: removeReportsOf,
};

/** Global, so that identity, which knows nothing of models, finds what it asks. */
@Global()
@Module({ providers: [{ provide: ACCOUNT_RECORDS, useValue: records }], exports: [ACCOUNT_RECORDS] })
export class AccountRecordsModule {}
