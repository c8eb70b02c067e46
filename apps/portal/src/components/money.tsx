import { useLanguage, type Language } from '../strings';

/** Nano-units (1e-9 of a currency unit) as they come from the server: digits, or a sum of such. */
export type NanoText = string | bigint;

const formats = new Map<string, Intl.NumberFormat>();

/**
 * An amount to its last digit, at least two after the point, as the language writes the currency. No number is made of it: the decimal text that
 * Intl takes is exact at any size.
 */
export function formatMoney(nano: NanoText, currency: string, language: Language): string {
  const key = `${language} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, { style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: 9 });
    formats.set(key, format);
  }
  return format.format(`${BigInt(nano)}E-9` as `${number}`);
}

/** An amount in running text or in a table. */
export function Money({ nano, currency }: { nano: NanoText; currency: string }) {
  const { language } = useLanguage();
  return <span style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>{formatMoney(nano, currency, language)}</span>;
}
