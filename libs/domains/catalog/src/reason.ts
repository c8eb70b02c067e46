import { catalogErrors } from './errors.js';

const ONE_LINE = /^[^\p{Cc}\u2028\u2029]{0,500}$/u;

/** A reason stands in a line of history. @throws CATALOG.REASON_INVALID */
export function checkReason(reason: string | null | undefined): void {
  if (reason && !ONE_LINE.test(reason)) throw catalogErrors.REASON_INVALID({});
}
