import { Alert } from '@mantine/core';
import type { BudgetPeriod, BudgetScope } from '../../generated/documents';
import { useStrings } from '../../strings';
import { cleanText } from '../../components/clean-text';
import { percentsOf, type Terms } from './terms';

interface BudgetSummaryProps {
  readonly terms: Terms;
  readonly scope: BudgetScope;
  /** The key's name, or the model's. */
  readonly subject: string | undefined;
  readonly period: BudgetPeriod;
  readonly currency: string;
}

/** What will happen, in plain words, before it is confirmed. */
export function BudgetSummary({ terms, scope, subject, period, currency }: BudgetSummaryProps) {
  const { budgets: strings } = useStrings();
  const { summary } = strings;
  const amount = `${terms.limit.trim() || '…'} ${currency.toUpperCase()} ${strings.periods[period]}`;
  const whose = subject === undefined ? strings.scopes[scope] : `${strings.scopes[scope]} ${cleanText(subject)}`;
  const percents = percentsOf(terms.alertPercents);
  const sentences = [
    terms.hard ? summary.hard(whose, amount) : summary.soft(whose, amount),
    percents.length === 0 ? summary.noAlerts : terms.webhook.trim() === '' ? summary.alerts(percents) : summary.alertsSent(percents),
    summary.windows[period],
  ];
  return (
    <Alert variant="light" title={summary.title} aria-live="polite">
      {sentences.join(' ')}
    </Alert>
  );
}
