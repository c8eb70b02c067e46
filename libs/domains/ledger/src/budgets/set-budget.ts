import { Inject, Injectable } from '@nestjs/common';
import { formatNano, isId, newId, type Caller } from '@steelyard/kernel';
import { DATABASE, sqlTransaction, type Database } from '@steelyard/platform-database';
import { WEBHOOK_POLICY, type OutgoingPolicy } from '@steelyard/platform-http';
import { ledgerErrors } from '../errors.js';
import { Ledger } from '../ledger.js';
import { query } from '../persistence/statements.js';
import type { Budget } from './budget.js';
import { checkScope, checkTerms, type BudgetDraft, type BudgetProblem, type BudgetTerms, type CheckedTerms } from './check-draft.js';
import { ListBudgets } from './list-budgets.js';
import { BUDGET_SUBJECTS, WEBHOOK_SECRETS, type BudgetSubjects, type WebhookSecrets } from './ports.js';

export type BudgetOutcome =
  | { readonly outcome: 'saved'; readonly budget: Budget; /** What alerts are signed with; given when it is made, and never again. */ readonly webhookSecret: string | undefined }
  | { readonly outcome: 'invalid'; readonly problems: readonly BudgetProblem[] }
  /** A hard limit that is used up already would refuse every call. */
  | { readonly outcome: 'below-used'; readonly usedNano: bigint };

export interface BudgetChange extends Partial<BudgetTerms> {
  readonly id: string;
  /** Makes a new secret for the same address; the old one counts no more. */
  readonly newWebhookSecret?: boolean | undefined;
}

/** A row of `budget`, as `budget_set` takes it: in a change, what is absent stays, and an address that is empty goes. */
type Row = Readonly<Record<string, unknown>>;

/** Opens and changes budgets. What the use of the window that runs is, is counted from its first moment on. */
@Injectable()
export class SetBudget {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(ListBudgets) private readonly budgets: ListBudgets,
    @Inject(BUDGET_SUBJECTS) private readonly subjects: BudgetSubjects,
    @Inject(WEBHOOK_SECRETS) private readonly secrets: WebhookSecrets,
    @Inject(WEBHOOK_POLICY) private readonly policy: OutgoingPolicy,
  ) {}

  /** @throws AppError `LEDGER.BUDGETS_TOO_MANY`, `LEDGER.UNAVAILABLE` */
  async open({ organizationId: tenantId, actorId }: Caller, draft: BudgetDraft): Promise<BudgetOutcome> {
    const { problems, checked } = checkTerms(draft, this.policy);
    problems.push(...checkScope(draft));
    const { keyId, model: ref } = draft;
    const model = draft.scope === 'model' && ref !== undefined ? await this.subjects.findModel(tenantId, ref) : undefined;
    if (draft.scope === 'model' && ref !== undefined && !model) problems.push({ field: 'model', message: `There is no model "${ref}" that your organization may use` });
    if (draft.scope === 'key' && keyId !== undefined && !(await this.subjects.hasKey(tenantId, keyId))) {
      problems.push({ field: 'keyId', message: `Your organization has no API key "${keyId}"` });
    }
    if (problems.length > 0) return { outcome: 'invalid', problems };
    const id = newId();
    const { scope, period, currency } = draft;
    const secret = checked.webhookUrl === null ? undefined : this.secrets.make();
    const own = { scope, key_id: keyId, model_id: model?.id, provider_id: model?.ownerId, period, currency, created_by: actorId, created_at: new Date().toISOString() };
    return this.#write({ tenant_id: tenantId, id, ...own, ...columnsOf(checked), webhook_label: secret?.label }, true, secret?.secret);
  }

  /**
   * Changes what is given of a budget's terms. An address that is new gets a new secret.
   * @throws AppError `LEDGER.BUDGET_NOT_FOUND`, also for one that has ended, `LEDGER.UNAVAILABLE`
   */
  async change({ organizationId: tenantId }: Caller, { id, newWebhookSecret, ...change }: BudgetChange): Promise<BudgetOutcome> {
    const known = isId(id) ? await this.budgets.find(tenantId, id) : undefined;
    if (!known || known.endedAt) throw ledgerErrors.BUDGET_NOT_FOUND({ id });
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<BudgetTerms>;
    const { problems, checked } = checkTerms({ ...known, limit: formatNano(known.limitNano), ...given }, this.policy);
    if (newWebhookSecret && checked.webhookUrl === null) problems.push({ field: 'newWebhookSecret', message: 'A budget without an address has no secret' });
    if (problems.length > 0) return { outcome: 'invalid', problems };
    const isSecretKept = checked.webhookUrl === null || (checked.webhookUrl === known.webhookUrl && !newWebhookSecret);
    const secret = isSecretKept ? undefined : this.secrets.make();
    const columns = columnsOf(checked);
    const changed = Object.entries(COLUMN_OF).flatMap(([field, column]) => (field in given ? [[column, columns[column] ?? ''] as const] : []));
    return this.#write({ tenant_id: tenantId, id, ...Object.fromEntries(changed), webhook_label: secret?.label }, false, secret?.secret);
  }

  async #write(row: Row, isNew: boolean, webhookSecret: string | undefined): Promise<BudgetOutcome> {
    const [tenantId, id] = [row['tenant_id'] as string, row['id'] as string];
    type Answer = { outcome: 'done' | 'below_used' | 'too_many' | 'missing' | 'exists'; used_nano: string | null };
    const text = 'SELECT outcome, used_nano FROM budget_set(jsonb_populate_record(NULL::budget, $1), $2, $3)';
    const { rows } = await query(() => sqlTransaction(this.database.pool, (client) => client.query<Answer>(text, [JSON.stringify(row), isNew, new Date().toISOString()])));
    const { outcome, used_nano: used } = rows[0]!;
    switch (outcome) {
      case 'done':
        // Thresholds that are passed already are told at once.
        this.ledger.announce(tenantId);
        return { outcome: 'saved', budget: (await this.budgets.find(tenantId, id))!, webhookSecret };
      case 'below_used':
        return { outcome: 'below-used', usedNano: BigInt(used!) };
      case 'too_many':
        throw ledgerErrors.BUDGETS_TOO_MANY({ currency: row['currency'] as string });
      case 'missing':
      case 'exists':
        throw ledgerErrors.BUDGET_NOT_FOUND({ id });
    }
  }
}

const COLUMN_OF: Readonly<Record<keyof BudgetTerms, string>> = {
  name: 'name',
  limit: 'limit_nano',
  hard: 'hard',
  alertPercents: 'alert_percents',
  webhookUrl: 'webhook_url',
};

function columnsOf({ name, limitNano, hard, alertPercents, webhookUrl }: CheckedTerms): Row {
  return { name, limit_nano: limitNano.toString(), hard, alert_percents: alertPercents, webhook_url: webhookUrl };
}
