import { formatNano, type PlainTerms } from '@steelyard/kernel';

/** `0.15 usd per 1000000 input_token + 0.60 usd per 1000000 output_token, 100 request free a month`; of units too that a later server may have. */
export function priceText({ currency, components, free }: PlainTerms): string {
  const paid = components.filter(({ amountNano }) => BigInt(amountNano) > 0n);
  if (paid.length === 0) return 'free';
  const sum = paid.map(({ unit, amountNano, per }) => `${formatNano(BigInt(amountNano))} ${currency} per ${BigInt(per) === 1n ? '' : `${per} `}${unit}`).join(' + ');
  return free ? `${sum}, ${free.quantity} ${free.unit} free a month` : sum;
}
