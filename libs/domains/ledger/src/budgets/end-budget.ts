import { Inject, Injectable } from '@nestjs/common';
import { isId, type Caller } from '@steelyard/kernel';
import { DATABASE, sqlTransaction, type Database } from '@steelyard/platform-database';
import { ledgerErrors } from '../errors.js';
import { query } from '../persistence/statements.js';
import type { Budget } from './budget.js';
import { ListBudgets } from './list-budgets.js';

/** Ends budgets: from then on they count and refuse nothing. Their alerts stay. */
@Injectable()
export class EndBudget {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(ListBudgets) private readonly budgets: ListBudgets,
  ) {}

  /** @throws AppError `LEDGER.BUDGET_NOT_FOUND`, also for one that has ended, `LEDGER.UNAVAILABLE` */
  async run({ organizationId: tenantId }: Caller, id: string): Promise<Budget> {
    if (!isId(id)) throw ledgerErrors.BUDGET_NOT_FOUND({ id });
    const text = 'SELECT budget_end($1, $2, $3) AS ended';
    const { rows } = await query(() => sqlTransaction(this.database.pool, (client) => client.query<{ ended: boolean }>(text, [tenantId, id, new Date().toISOString()])));
    if (!rows[0]!.ended) throw ledgerErrors.BUDGET_NOT_FOUND({ id });
    return (await this.budgets.find(tenantId, id))!;
  }
}
