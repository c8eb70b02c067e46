import { useMemo } from 'react';
import { useLanguage } from '../../strings';

/** 202611 for a time of November 2026, UTC. */
export function periodAt(time: Date): number {
  return time.getUTCFullYear() * 100 + time.getUTCMonth() + 1;
}

/** Writes 202611 as the language has it: November 2026. */
export function useMonth(): (period: number) => string {
  const { language } = useLanguage();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', timeZone: 'UTC' });
    return (period) => format.format(Date.UTC(Math.floor(period / 100), (period % 100) - 1));
  }, [language]);
}
