import { formatNano, isFree, type PriceTerms } from '@steelyard/kernel';

/** `0.15 usd per 1000000 input_token + 0.60 usd per 1000000 output_token, 100 request free a month` */
export function priceText(terms: PriceTerms): string {
  if (isFree(terms)) return 'free';
  const { currency, components, free } = terms;
  const sum = components.map(({ unit, amountNano, per }) => `${formatNano(amountNano)} ${currency} per ${per === 1n ? '' : `${per} `}${unit}`).join(' + ');
  return free ? `${sum}, ${free.quantity} ${free.unit} free a month` : sum;
}
