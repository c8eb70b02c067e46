import { parseNano } from '@steelyard/kernel/pricing';
import { Money } from '../../components/money';

/** An amount that comes as a decimal, as those in whole cents do. */
export function Cents({ amount, currency }: { amount: string; currency: string }) {
  return <Money nano={parseNano(amount)} currency={currency} />;
}
