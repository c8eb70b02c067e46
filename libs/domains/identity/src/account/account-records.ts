import type { Tx } from '@steelyard/platform-database';

/** What other parts of the installation keep of a person. */
export interface AccountRecords {
  /** By name, as it is shown in the person's export. */
  of(tx: Tx, personId: string): Promise<Readonly<Record<string, unknown>>>;
  remove(tx: Tx, personId: string): Promise<void>;
  /** Whether the person was given what nobody is given twice, also not after they erased their account. */
  wasGivenOnce(tx: Tx, personId: string): Promise<boolean>;
}

/** Injects {@link AccountRecords}; there need not be any. */
export const ACCOUNT_RECORDS = Symbol('steelyard:account-records');
