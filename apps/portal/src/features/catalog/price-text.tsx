import { useFigures } from '../../components/figures';
import { formatMoney } from '../../components/money';
import type { PriceFragment } from '../../generated/documents';
import { useLanguage } from '../../strings';

/** "$0.0002 per request". */
export function PriceText({ price }: { price: PriceFragment }) {
  return usePriceText()(price);
}

export function usePriceText(): (price: PriceFragment) => string {
  const { strings, language } = useLanguage();
  const { catalog } = strings;
  const { count } = useFigures();
  return ({ amountNano, currency, per, unit }) => {
    const amount = formatMoney(amountNano, currency, language);
    const name = catalog.units[unit] ?? unit;
    return per === '1' ? catalog.price(amount, name) : catalog.priceMany(amount, count(Number(per)), name);
  };
}
