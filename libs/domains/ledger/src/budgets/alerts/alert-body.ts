import { formatNano } from '@steelyard/kernel';
import type { DueAlert } from './alert.js';

/** What is posted: an alert, or a test of the address. `id` is the same in every attempt. */
export function alertBody(type: 'budget.alert' | 'budget.test', alert: DueAlert): string {
  const { budget, id, tenantId, startsAt, resetsAt, percent, reason, raisedAt, limitNano, usedNano } = alert;
  const { currency, ...named } = budget;
  const money = { currency, limitNano: limitNano.toString(), usedNano: usedNano.toString(), limit: formatNano(limitNano), used: formatNano(usedNano) };
  return JSON.stringify({ id, type, organizationId: tenantId, raisedAt, budget: named, window: { startsAt, resetsAt }, percent, reason, ...money });
}
