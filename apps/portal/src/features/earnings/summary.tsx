import { SimpleGrid } from '@mantine/core';
import { useFigures } from '../../components/figures';
import { formatMoney, Money } from '../../components/money';
import { FigureCard } from '../../components/usage/figure-card';
import { useBalance } from '../../components/usage/use-balance';
import type { TimedBucketFieldsFragment } from '../../generated/documents';
import { useLanguage } from '../../strings';
import { revenueOf } from './revenue';

/** The period in figures, and what has been earned altogether. */
export function Summary({ whole, currency }: { whole: TimedBucketFieldsFragment | undefined; currency: string }) {
  const { strings, language } = useLanguage();
  const { earnings, usage } = strings;
  const { count, share, duration } = useFigures();
  const balance = useBalance();
  const { calls, failed } = whole ?? { calls: 0, failed: 0 };

  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: balance ? 4 : 3 }} m={0}>
      {balance && (
        <FigureCard label={earnings.earned} note={earnings.earnedNote}>
          <span aria-live="polite">
            <Money nano={balance.earnedNano} currency={balance.currency} />
          </span>
        </FigureCard>
      )}
      <FigureCard label={earnings.revenue} note={whole && earnings.feeNote(formatMoney(whole.feeNano, currency, language))}>
        <Money nano={whole ? revenueOf(whole) : 0n} currency={currency} />
      </FigureCard>
      <FigureCard label={usage.calls} note={calls === 0 ? undefined : usage.failedOf(count(failed), share(failed / calls))}>
        {count(calls)}
      </FigureCard>
      <FigureCard label={usage.latency} note={usage.latencyNote(duration(whole?.p95Ms))}>
        {duration(whole?.p50Ms)}
      </FigureCard>
    </SimpleGrid>
  );
}
