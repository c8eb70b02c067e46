import { Inject, Injectable } from '@nestjs/common';
import { RowProblem } from '@steelyard/invoice';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { LOGGER, type Logger } from '@steelyard/platform-observability';
import { IssueDocument, type DueDocument } from './issue-document.js';

/** What could not be issued is tried again after a while, which grows to an hour. */
const NEXT = `
  SELECT period, kind, tenant_id AS "tenantId", currency FROM billing_due
  WHERE document_id IS NULL AND (tried_at IS NULL OR tried_at < now() - least(INTERVAL '15 seconds' * 2 ^ least(attempts, 10), INTERVAL '1 hour'))
  ORDER BY period, kind, tenant_id, currency LIMIT 1`;
const FAILED = 'UPDATE billing_due SET attempts = attempts + 1, problem = $5, tried_at = now() WHERE period = $1 AND kind = $2 AND tenant_id = $3 AND currency = $4';

/** Issues what closed months owe, one document after the other. */
@Injectable()
export class IssueDue {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(IssueDocument) private readonly issue: IssueDocument,
  ) {}

  /**
   * Goes on until nothing is left to be tried now. One that cannot be issued is noted as stuck, and leaves the others their turn.
   * @returns how many were issued
   */
  async run(signal?: AbortSignal): Promise<number> {
    let issued = 0;
    while (!signal?.aborted) {
      const due = (await this.database.pool.query<DueDocument>(NEXT)).rows[0];
      if (!due) break;
      try {
        await this.issue.run(due, signal);
        issued += 1;
      } catch (error) {
        if (signal?.aborted) break;
        await this.#noteStuck(due, error);
      }
    }
    return issued;
  }

  async #noteStuck(due: DueDocument, error: unknown): Promise<void> {
    const { period, kind, tenantId, currency } = due;
    const { message } = error as Error;
    this.log.error({ err: error, ...due }, 'a document of a closed month cannot be issued; it is tried again');
    await this.database.pool.query(FAILED, [period, kind, tenantId, currency, error instanceof RowProblem ? `call ${error.rowId}: ${message}` : message]);
  }
}
