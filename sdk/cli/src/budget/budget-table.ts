import { formatTable } from '../terminal/table.js';

export interface Budget {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly key: { readonly id: string; readonly name: string | null } | null;
  readonly model: { readonly id: string; readonly ref: string | null } | null;
  readonly period: string;
  readonly currency: string;
  readonly limit: string;
  readonly used: string;
  readonly held: string;
  readonly left: string;
  readonly resetsAt: string | null;
  readonly hard: boolean;
  readonly alertPercents: readonly number[];
  readonly webhook: string | null;
  readonly endedAt: string | null;
  readonly alerts: readonly { readonly percent: number; readonly delivery: string; readonly raisedAt: string }[];
}

export const BUDGET_FIELDS = `id name scope key { id name } model { id ref } period currency limit used held left startsAt resetsAt hard alertPercents webhook
  createdAt endedAt alerts { id percent reason startsAt limitNano usedNano raisedAt delivery attempts nextAttemptAt deliveredAt problem }`;

export function budgetTable(budgets: readonly Budget[]): string {
  const rows = budgets.map((budget) => [
    budget.id,
    budget.name,
    callsOf(budget),
    `${budget.limit} ${budget.currency} ${budget.period === 'TOTAL' ? 'ever' : `a ${budget.period.toLowerCase()}`}`,
    budget.hard ? 'refuses' : 'tells',
    budget.used,
    budget.held,
    budget.left,
    budget.endedAt !== null ? 'ended' : (budget.resetsAt ?? 'never'),
    alertOf(budget),
  ]);
  return formatTable(['id', 'name', 'calls', 'limit', 'does', 'used', 'held', 'left', 'resets', 'last alert'], rows);
}

function callsOf({ key, model }: Budget): string {
  if (key) return `key ${key.name ?? key.id}`;
  return model ? (model.ref ?? `model ${model.id}`) : 'all';
}

function alertOf({ alerts: [last] }: Budget): string {
  if (!last) return 'none';
  return `${last.percent} %${last.delivery === 'NONE' ? '' : ` (${last.delivery.toLowerCase()})`}`;
}
