import { isDearer, sameTerms, type PriceTerms } from '@steelyard/kernel';
import type { VersionPrice } from '../versions/version.js';

const HOUR_MS = 3_600_000;

export interface PlannedPrice {
  readonly terms: PriceTerms;
  readonly nowMs: number;
  /** How long before it comes into force a dearer price must be known; 0 where nobody else pays. */
  readonly noticeMs: number;
  /** From when on it is to count; as soon as it may where nothing is said. */
  readonly fromMs?: number | undefined;
}

export interface PricePlan {
  readonly fromMs: number;
  /** The moments from which on a row with these terms must stand; none when the version costs that already. */
  readonly rowsMs: readonly number[];
  /** What had been announced for later, and will not come. */
  readonly withdrawn: readonly VersionPrice[];
}

/** When the terms may count at the earliest, where they were asked for before that. */
export interface TooEarly {
  readonly earliestMs: number;
}

/**
 * How a price begins to count. It counts from its moment on until further notice: what was announced for later does not come. It must
 * keep what was promised: at a moment that is nearer than the notice it may be no dearer than what was to be in force then.
 * @param promised what is in force, and what is announced, the earliest first
 */
export function planPrice(promised: readonly VersionPrice[], { terms, nowMs, noticeMs, fromMs }: PlannedPrice): PricePlan | TooEarly {
  const boundMs = nowMs + noticeMs;
  const mayCount = (momentMs: number) => promisedBetween(promised, momentMs, boundMs).every((price) => !isDearer(terms, price));
  // On the hour: whoever is told the moment has time to ask for it.
  const latestMs = noticeMs === 0 ? nowMs : Math.ceil(boundMs / HOUR_MS) * HOUR_MS;
  const moments = [nowMs, ...promised.map(({ effectiveAtMs }) => effectiveAtMs).filter((momentMs) => momentMs > nowMs && momentMs < latestMs)];
  const earliestMs = moments.find(mayCount) ?? latestMs;
  if (fromMs !== undefined && !mayCount(fromMs)) return { earliestMs };
  const beginsMs = fromMs ?? earliestMs;
  const later = promised.filter(({ effectiveAtMs }) => effectiveAtMs > beginsMs);
  const others = [inForceAt(promised, beginsMs), ...later].filter((price) => !sameTerms(price, terms));
  return {
    fromMs: beginsMs,
    rowsMs: others.map(({ effectiveAtMs }) => Math.max(effectiveAtMs, beginsMs)),
    withdrawn: others.filter((price) => price.effectiveAtMs >= beginsMs && isChange(promised, price)),
  };
}

function inForceAt(promised: readonly VersionPrice[], momentMs: number): VersionPrice {
  return promised.findLast(({ effectiveAtMs }) => effectiveAtMs <= momentMs) ?? promised[0]!;
}

/** Whether a price was announced that is another than the one before it. */
function isChange(promised: readonly VersionPrice[], price: VersionPrice): boolean {
  const before = promised[promised.indexOf(price) - 1];
  return before !== undefined && !sameTerms(price, before);
}

/** What is to be in force at any time from one moment up to another; nothing when that is not later. */
function promisedBetween(promised: readonly VersionPrice[], fromMs: number, toMs: number): VersionPrice[] {
  if (fromMs >= toMs) return [];
  return [inForceAt(promised, fromMs), ...promised.filter(({ effectiveAtMs }) => effectiveAtMs > fromMs && effectiveAtMs < toMs)];
}
