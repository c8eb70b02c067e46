import type { HomeQuery } from '../../generated/documents';
import type { Session } from '../../server/session';

export type StepName = 'publish' | 'try' | 'key' | 'call' | 'charge';

export interface Step {
  readonly name: StepName;
  readonly done: boolean;
  readonly to: string;
}

/** The way to the first charged call, as far as the person may go it; each step is done when what it leads to exists. */
export function stepsOf({ models, apiKeys, usage }: HomeQuery, { membership, can }: Session): Step[] {
  const home = `/org/${membership?.organization.handle}`;
  const model = models.nodes[0];
  const calls = usage?.nodes ?? [];
  const byKey = calls.some(({ keyId }) => keyId != null && !keyId.startsWith('person:'));
  const called = byKey || (apiKeys?.some(({ lastUsedAt }) => lastUsedAt != null) ?? false);
  const shop = model ? `/models/${model.owner}/${model.name}` : '/';

  const steps: (Step & { allowed: boolean })[] = [
    { name: 'publish', done: model !== undefined, to: `${home}/publish`, allowed: can('models:publish') },
    { name: 'try', done: calls.length > 0, to: shop, allowed: can('predict') },
    { name: 'key', done: (apiKeys?.length ?? 0) > 0, to: `${home}/keys`, allowed: can('keys:manage') },
    { name: 'call', done: called, to: shop, allowed: can('keys:manage') },
    { name: 'charge', done: called && calls.length > 0, to: `${home}/usage`, allowed: can('keys:manage') && can('usage:read') },
  ];
  return steps.filter(({ allowed }) => allowed);
}
