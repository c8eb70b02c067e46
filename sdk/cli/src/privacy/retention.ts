import { InvalidArgumentError } from 'commander';

const DAY_HOURS = 24;
const HOURS_MAX = 365 * DAY_HOURS;

/** `none`, `12h`, `30d`; `null` for `unset`. */
export function hoursOf(text: string): number | null {
  if (text === 'unset') return null;
  if (text === 'none') return 0;
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(text) ?? [];
  const hours = Number(count) * (unit === 'd' ? DAY_HOURS : 1);
  if (count === undefined || hours > HOURS_MAX) throw new InvalidArgumentError('must be none, hours (12h) or days (30d) up to 365d, or unset.');
  return hours;
}

export function timeText(hours: number): string {
  if (hours === 0) return 'nothing, not even for a retry';
  return hours % DAY_HOURS === 0 ? `${hours / DAY_HOURS} d` : `${hours} h`;
}
