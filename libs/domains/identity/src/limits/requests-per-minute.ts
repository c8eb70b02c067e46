import { limitErrors } from './errors.js';

const MAX = 1_000_000;

/** @throws AppError `IDENTITY.RATE_INVALID` */
export function checkRequestsPerMinute(wanted: number | null | undefined): number | null {
  if (wanted === null || wanted === undefined) return null;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX) throw limitErrors.RATE_INVALID({ max: MAX });
  return wanted;
}
