import { useLanguage } from '../../strings';
import { SafeText } from '../safe-text';

/** Of units that are counted in parts, how many digits a part is behind the point: microseconds of a second, bytes of a megabyte. */
const PART_DIGITS: Readonly<Record<string, number>> = { compute_second: 6, audio_second: 6, megabyte: 6 };

/** What was used of a unit, exactly, in whole units: quantities come in parts. */
export function Quantity({ unit, quantity }: { unit: string; quantity: string }) {
  const { strings, language } = useLanguage();
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 6 });
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      {format.format(`${BigInt(quantity)}E-${PART_DIGITS[unit] ?? 0}` as `${number}`)} <SafeText text={strings.usage.units[unit] ?? unit} />
    </span>
  );
}
