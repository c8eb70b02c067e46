import { SimpleGrid, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Caution } from '../../components/caution';
import { Money } from '../../components/money';
import { FigureCard } from '../../components/usage/figure-card';
import { useBalance } from '../../components/usage/use-balance';
import { useStrings } from '../../strings';

/** What there is to spend, and what calls under way hold of it, as it changes. */
export function BalanceSummary() {
  const { wallet } = useStrings();
  const balance = useBalance();
  const amount = (nano: string | undefined): ReactNode => (balance && nano !== undefined ? <Money nano={nano} currency={balance.currency} /> : <Skeleton height={28} width={120} />);
  return (
    <>
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2 }} m={0} aria-live="polite">
        <FigureCard label={wallet.available} note={wallet.availableNote}>
          {amount(balance?.availableNano)}
        </FigureCard>
        <FigureCard label={wallet.held} note={wallet.heldNote}>
          {amount(balance?.heldNano)}
        </FigureCard>
      </SimpleGrid>
      {balance && BigInt(balance.availableNano) < 0n && <Caution title={wallet.belowZero}>{wallet.belowZeroText}</Caution>}
    </>
  );
}
