import { billingErrors } from '../errors.js';

/** The month (yyyymm, UTC) of a moment. */
export function periodOf(timeMs: number): number {
  const time = new Date(timeMs);
  return time.getUTCFullYear() * 100 + time.getUTCMonth() + 1;
}

export function periodBefore(period: number): number {
  return period % 100 === 1 ? period - 89 : period - 1;
}

export function periodAfter(period: number): number {
  return period % 100 === 12 ? period + 89 : period + 1;
}

/** When a month is over, and the next one begins. */
export function periodEndMs(period: number): number {
  return Date.UTC(Math.floor(period / 100), period % 100, 1);
}

/** @throws AppError `BILLING.PERIOD_INVALID` */
export function checkPeriod(period: number): void {
  const [year, month] = [Math.floor(period / 100), period % 100];
  if (!(Number.isInteger(period) && year >= 2000 && year <= 9999 && month >= 1 && month <= 12)) throw billingErrors.PERIOD_INVALID({ period });
}
