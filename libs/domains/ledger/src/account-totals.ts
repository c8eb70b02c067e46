import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { query } from './persistence/statements.js';

/** What the accounts of one kind hold together. */
export interface AccountTotal {
  readonly kind: string;
  /** How many accounts of this kind there are. */
  readonly accounts: number;
  /** Credits less debits: above zero is owed to the accounts' owners or earned by the platform, below zero is owed by them or kept elsewhere. */
  readonly balanceNano: bigint;
  /** Of that, what is held for calls that have not been settled. */
  readonly heldNano: bigint;
}

const TOTALS = `
  SELECT kind, count(*)::int AS accounts, sum(credits_posted - debits_posted) AS balance, sum(debits_pending) AS held
  FROM ledger_account WHERE currency = $1 GROUP BY kind ORDER BY kind`;

/** Where the money of the whole ledger stands. */
@Injectable()
export class AccountTotals {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** By kind of account. @throws AppError `LEDGER.UNAVAILABLE` */
  async of(currency: string): Promise<AccountTotal[]> {
    const { rows } = await query(() => this.database.pool.query<{ kind: string; accounts: number; balance: string; held: string }>(TOTALS, [currency]));
    return rows.map(({ kind, accounts, balance, held }) => ({ kind, accounts, balanceNano: BigInt(balance), heldNano: BigInt(held) }));
  }
}
