import type { PastUse } from '@steelyard/domain-metering';
import { rateTerms, UNIT_PARTS, type PriceTerms, type PriceUnit } from '@steelyard/kernel';

/** Calls that could be rated by the terms: what they cost then, by currency, and what they would have. */
export interface Outcome {
  readonly calls: number;
  readonly paid: ReadonlyMap<string, bigint>;
  /** In the currency of the terms. */
  readonly wouldPayNano: bigint;
}

/** Of one day or month, in UTC. */
export interface Stretch extends Outcome {
  readonly start: Date;
}

/** Calls of a version that have not counted a unit of the terms, so that nobody can say what they would cost. */
export interface UnknownUnit {
  readonly providerTenantId: string;
  readonly versionId: string;
  readonly unit: PriceUnit;
  readonly calls: number;
}

/** Calls that could not be rated: a call is counted once, however many units it lacks. */
export interface Unknown {
  readonly calls: number;
  readonly paid: ReadonlyMap<string, bigint>;
  readonly units: readonly UnknownUnit[];
}

export interface ReplayOutcome extends Outcome {
  /** Calls that the free units would have covered. Of sums that they cover in part, as many as the part. */
  readonly freeCalls: number;
  readonly unknown: Unknown;
  readonly days: readonly Stretch[];
  readonly months: readonly Stretch[];
}

/** Rates past usage by other terms, in the order that it came in; as large as the days, consumers of a month and versions are many, not as the calls. */
export class PriceReplay {
  readonly #units: readonly PriceUnit[];
  readonly #whole = new Sum();
  readonly #days = new Map<string, Sum>();
  readonly #months = new Map<string, Sum>();
  readonly #unknown = new Map<string, UnknownUnit>();
  readonly #unknownSum = new Sum();
  #free = { month: '', taken: new Map<string, bigint>() };
  #freeCalls = 0;

  constructor(private readonly terms: PriceTerms) {
    this.#units = [...new Set([...terms.components.filter(({ amountNano }) => amountNano > 0n).map(({ unit }) => unit), ...(terms.free ? [terms.free.unit] : [])])];
  }

  /** Usage before the period, of the month that it begins in: it takes free units, and nothing else of it counts. */
  warmUp(use: PastUse): void {
    if (this.terms.free && use.quantities[this.terms.free.unit] !== undefined) this.#takeFree(use);
  }

  add(use: PastUse): void {
    const missing = this.#units.filter((unit) => use.quantities[unit] === undefined);
    if (missing.length > 0) return this.#addUnknown(use, missing);
    const { amountNano } = rateTerms(use.quantities, this.terms);
    const free = this.#takeFree(use);
    const wouldPayNano = free.of === 0n ? amountNano : amountNano - (amountNano * free.covered) / free.of;
    this.#freeCalls += free.of === 0n ? 0 : Number((BigInt(use.calls) * free.covered) / free.of);
    const day = use.at.toISOString().slice(0, 10);
    for (const sum of [this.#whole, sumOf(this.#days, day), sumOf(this.#months, day.slice(0, 7))]) sum.add(use, wouldPayNano);
  }

  get outcome(): ReplayOutcome {
    const { calls, paid } = this.#unknownSum;
    const units = [...this.#unknown.values()].sort((a, b) => b.calls - a.calls);
    return { ...this.#whole.outcome, freeCalls: this.#freeCalls, unknown: { calls, paid, units }, days: stretchesOf(this.#days), months: stretchesOf(this.#months) };
  }

  /**
   * As at admission: a call gets free units where all that it needs are left, and takes one at least. Sums of calls take what is left, as calls that are
   * alike would.
   */
  #takeFree({ at, calls, consumerTenantId, quantities }: PastUse): { readonly covered: bigint; readonly of: bigint } {
    const { free } = this.terms;
    if (!free) return { covered: 0n, of: 0n };
    const month = at.toISOString().slice(0, 7);
    if (month !== this.#free.month) this.#free = { month, taken: new Map() };
    const { taken } = this.#free;
    const before = taken.get(consumerTenantId) ?? 0n;
    const left = free.quantity * UNIT_PARTS[free.unit] - before;
    const used = quantities[free.unit]!;
    const needed = used > 0n ? used : BigInt(calls);
    const covered = left >= needed ? needed : calls > 1 ? left : 0n;
    taken.set(consumerTenantId, before + covered);
    return { covered, of: needed };
  }

  #addUnknown(use: PastUse, missing: readonly PriceUnit[]): void {
    this.#unknownSum.add(use, 0n);
    for (const unit of missing) {
      const key = `${use.versionId} ${unit}`;
      const { providerTenantId, versionId, calls } = use;
      this.#unknown.set(key, { providerTenantId, versionId, unit, calls: (this.#unknown.get(key)?.calls ?? 0) + calls });
    }
  }
}

class Sum {
  calls = 0;
  wouldPayNano = 0n;
  readonly paid = new Map<string, bigint>();

  add({ calls, amountNano, currency }: PastUse, wouldPayNano: bigint): void {
    this.calls += calls;
    this.wouldPayNano += wouldPayNano;
    if (amountNano > 0n) this.paid.set(currency, (this.paid.get(currency) ?? 0n) + amountNano);
  }

  get outcome(): Outcome {
    return { calls: this.calls, paid: this.paid, wouldPayNano: this.wouldPayNano };
  }
}

function sumOf(sums: Map<string, Sum>, key: string): Sum {
  let sum = sums.get(key);
  if (!sum) sums.set(key, (sum = new Sum()));
  return sum;
}

/** Oldest first, as they came. */
function stretchesOf(sums: ReadonlyMap<string, Sum>): Stretch[] {
  return [...sums].map(([start, sum]) => ({ start: new Date(start), ...sum.outcome }));
}

/** What would have been paid less what was, where all of it is in one currency. */
export function differenceOf({ paid, wouldPayNano }: Outcome, currency: string): bigint | undefined {
  return [...paid.keys()].some((other) => other !== currency) ? undefined : wouldPayNano - (paid.get(currency) ?? 0n);
}
