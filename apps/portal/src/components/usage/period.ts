export type PeriodChoice = 'day' | 'week' | 'month' | 'year' | 'custom';

/** From and to, and how finely it is drawn. */
export interface Period {
  readonly choice: PeriodChoice;
  readonly from: Date;
  /** Undefined for a period that goes on: up to now, and further as time does. */
  readonly to: Date | undefined;
  readonly interval: 'HOUR' | 'DAY';
}

const HOUR_MS = 60 * 60 * 1_000;
export const DAY_MS = 24 * HOUR_MS;
/** What the server counts at a time. */
export const DAYS_MAX = 366;

/** The last 24 hours, 7, 30 or 365 days, in whole hours or days of UTC, the one that runs among them. */
export function lately(choice: Exclude<PeriodChoice, 'custom'>, now = Date.now()): Period {
  if (choice === 'day') return { choice, from: new Date(floor(now, HOUR_MS) - 23 * HOUR_MS), to: undefined, interval: 'HOUR' };
  const days = { week: 7, month: 30, year: 365 }[choice];
  return { choice, from: new Date(floor(now, DAY_MS) - (days - 1) * DAY_MS), to: undefined, interval: 'DAY' };
}

/** From the first day to the last, both whole; undefined when they are no period that can be shown. */
export function between(firstDay: string, lastDay: string): Period | undefined {
  const from = new Date(`${firstDay}T00:00:00Z`);
  const to = new Date(Date.parse(`${lastDay}T00:00:00Z`) + DAY_MS);
  const lengthMs = to.getTime() - from.getTime();
  if (!(lengthMs >= DAY_MS && lengthMs <= DAYS_MAX * DAY_MS)) return undefined;
  return { choice: 'custom', from, to, interval: lengthMs <= 2 * DAY_MS ? 'HOUR' : 'DAY' };
}

/** The beginnings of all stretches of a period, also of those without calls. */
export function stretchesOf({ from, to, interval }: Period, now = Date.now()): Date[] {
  const stepMs = interval === 'HOUR' ? HOUR_MS : DAY_MS;
  const endMs = Math.min(to?.getTime() ?? now, now);
  const starts: Date[] = [];
  for (let atMs = from.getTime(); atMs < endMs; atMs += stepMs) starts.push(new Date(atMs));
  return starts;
}

/** `2026-11-22`, in UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function floor(atMs: number, stepMs: number): number {
  return atMs - (atMs % stepMs);
}
