import { SimpleGrid } from '@mantine/core';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { FigureCard } from '../../components/usage/figure-card';
import { useBalance } from '../../components/usage/use-balance';
import type { TimedBucketFieldsFragment } from '../../generated/documents';
import { useLanguage } from '../../strings';
import { formatMoney } from '../../components/money';

/** The period in figures, and what is left to spend. */
export function Summary({ whole, currency }: { whole: TimedBucketFieldsFragment | undefined; currency: string }) {
  const { strings, language } = useLanguage();
  const { usage } = strings;
  const { count, share, duration } = useFigures();
  const balance = useBalance();
  const calls = whole?.calls ?? 0;
  const failed = whole?.failed ?? 0;

  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: balance ? 4 : 3 }} m={0}>
      {balance && (
        <FigureCard label={usage.balance} note={balance.heldNano === '0' ? undefined : usage.held(formatMoney(balance.heldNano, balance.currency, language))}>
          <span aria-live="polite">
            <Money nano={balance.availableNano} currency={balance.currency} />
          </span>
        </FigureCard>
      )}
      <FigureCard label={usage.cost}>
        <Money nano={whole?.amountNano ?? '0'} currency={currency} />
      </FigureCard>
      <FigureCard label={usage.calls} note={calls === 0 ? undefined : usage.failedOf(count(failed), share(failed / calls))}>
        {count(calls)}
      </FigureCard>
      <FigureCard label={usage.latency} note={whole && whole.p95Ms == null ? usage.latencyUnknown : usage.latencyNote(duration(whole?.p95Ms))}>
        {duration(whole?.p50Ms)}
      </FigureCard>
    </SimpleGrid>
  );
}
