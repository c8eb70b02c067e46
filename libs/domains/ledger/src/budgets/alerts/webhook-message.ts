import { createHmac } from 'node:crypto';
import { formatNano } from '@steelyard/kernel';
import type { DueAlert } from './alert.js';

/** Begins every secret, so that it is known for what it is where it is found. */
const SECRET_PREFIX = 'whsec_';

export function showSecret(secret: string): string {
  return SECRET_PREFIX + secret;
}

/** What is posted: an alert, or a test of the address. `id` is the same in every attempt. */
export function alertBody(type: 'budget.alert' | 'budget.test', alert: DueAlert): string {
  const { budget, id, tenantId, startsAt, resetsAt, percent, reason, raisedAt, limitNano, usedNano } = alert;
  const { currency, ...named } = budget;
  const money = { currency, limitNano: limitNano.toString(), usedNano: usedNano.toString(), limit: formatNano(limitNano), used: formatNano(usedNano) };
  return JSON.stringify({ id, type, organizationId: tenantId, raisedAt, budget: named, window: { startsAt, resetsAt }, percent, reason, ...money });
}

/**
 * `t` is the time in seconds, `v1` the HMAC-SHA-256, in hexadecimal, of the time, a dot and the body, with the secret as it was shown. Whoever
 * receives it computes the same, compares in constant time, and refuses a time that is long ago.
 */
export function signedHeaders({ secret, body, id, nowMs }: { readonly secret: string; readonly body: string; readonly id: string; readonly nowMs: number }): Record<string, string> {
  const time = Math.floor(nowMs / 1_000);
  const signature = createHmac('sha256', showSecret(secret)).update(`${time}.${body}`).digest('hex');
  return {
    'content-type': 'application/json',
    'user-agent': 'steelyard',
    'steelyard-delivery': id,
    'steelyard-signature': `t=${time},v1=${signature}`,
  };
}
