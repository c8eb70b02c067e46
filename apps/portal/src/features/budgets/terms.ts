import type { BudgetResultFieldsFragment } from '../../generated/documents';

/** What can be changed of a budget, as it stands in a form. */
export interface Terms {
  readonly name: string;
  readonly limit: string;
  readonly hard: boolean;
  readonly alertPercents: readonly string[];
  readonly webhook: string;
}

export const NEW_TERMS: Terms = { name: '', limit: '', hard: true, alertPercents: ['80', '100'], webhook: '' };

/** As the schema takes them. What is wrong with them is the server's to say, all of it at once. */
export function termsInput({ name, limit, hard, alertPercents, webhook }: Terms) {
  return { name: name.trim(), limit: limit.trim(), hard, alertPercents: percentsOf(alertPercents), webhook: webhook.trim() === '' ? null : webhook.trim() };
}

export function percentsOf(texts: readonly string[]): number[] {
  return texts.map((text) => Number.parseInt(text, 10)).filter((percent) => !Number.isNaN(percent)).sort((a, b) => a - b);
}

/** What to write at a field of the form: what the server said of it. */
export function problemOf(result: BudgetResultFieldsFragment | undefined, field: string): string | undefined {
  if (result?.__typename === 'BudgetBelowUsed') return field === 'limit' ? `${result.message}. ${result.fix}` : undefined;
  return result?.__typename === 'BudgetInvalid' ? result.problems.find((problem) => problem.field === field)?.message : undefined;
}
