import { isFree, readTerms } from '@steelyard/kernel/pricing';
import { useFigures } from '../../components/figures';
import { formatMoney } from '../../components/money';
import type { PriceFragment } from '../../generated/documents';
import { useLanguage } from '../../strings';

/** What a price says, without when it counts. */
export type ShownPrice = Pick<PriceFragment, 'currency' | 'components' | 'free'>;

export function isFreePrice(price: ShownPrice): boolean {
  return isFree(readTerms(price));
}

/** "$0.15 per 1,000,000 input tokens + $0.60 per 1,000,000 output tokens, 100 calls free a month". */
export function PriceText({ price }: { price: ShownPrice }) {
  return usePriceText()(price);
}

export function usePriceText(): (price: ShownPrice) => string {
  const { strings, language } = useLanguage();
  const { catalog } = strings;
  const { count } = useFigures();
  return (price) => {
    if (isFreePrice(price)) return catalog.free;
    const { currency, components, free } = price;
    const sum = catalog.priceSum(
      components.map(({ unit, amountNano, per }) => {
        const amount = formatMoney(amountNano, currency, language);
        return per === 1 ? catalog.price(amount, catalog.unit[unit] ?? unit) : catalog.priceMany(amount, count(per), catalog.units[unit] ?? unit);
      }),
    );
    return free ? catalog.freeTier(sum, count(free.quantity), catalog.units[free.unit] ?? free.unit) : sum;
  };
}
