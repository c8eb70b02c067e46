import { useMemo } from 'react';
import { useLanguage, type Language } from '../strings';

export interface Figures {
  readonly count: (value: number) => string;
  /** With what is behind the point, to a millionth. */
  readonly exact: (value: number) => string;
  /** 0.0123 → 1.23% */
  readonly share: (value: number) => string;
  /** Milliseconds, as seconds from one second on; a dash for none. */
  readonly duration: (ms: number | null | undefined) => string;
  /** Day and time in the reader's time zone. */
  readonly moment: (time: string | Date) => string;
  /** The day alone. */
  readonly day: (time: string | Date) => string;
  /** A month that is written yyyymm, such as those of invoices. */
  readonly month: (period: number) => string;
}

const NONE = '–';

function figuresOf(language: Language): Figures {
  const count = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const exact = new Intl.NumberFormat(language, { maximumFractionDigits: 6 });
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 });
  const unit = (name: string, maximumFractionDigits: number) => new Intl.NumberFormat(language, { style: 'unit', unit: name, maximumFractionDigits });
  const [fine, ms, seconds] = [unit('millisecond', 1), unit('millisecond', 0), unit('second', 2)];
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const month = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', timeZone: 'UTC' });
  return {
    count: (value) => count.format(value),
    exact: (value) => exact.format(value),
    share: (value) => share.format(value),
    duration: (value) => (value == null ? NONE : value < 10 ? fine.format(value) : value < 1_000 ? ms.format(value) : seconds.format(value / 1_000)),
    moment: (time) => moment.format(new Date(time)),
    day: (time) => day.format(new Date(time)),
    month: (period) => month.format(Date.UTC(Math.floor(period / 100), (period % 100) - 1)),
  };
}

/** How numbers and times are written in the chosen language. */
export function useFigures(): Figures {
  const { language } = useLanguage();
  return useMemo(() => figuresOf(language), [language]);
}
