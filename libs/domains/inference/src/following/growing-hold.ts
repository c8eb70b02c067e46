import type { ExtendOutcome } from '@steelyard/domain-ledger';
import { rateTerms, type PriceTerms, type PriceUnit, type Quantities } from '@steelyard/kernel';
import { MEASURES } from '../units/measures.js';
import { mapUnits } from '../units/quantities.js';

/** Why no more is held. */
export type HoldRefusal = Exclude<ExtendOutcome, { readonly outcome: 'open' }>;

export interface GrowingHoldOptions {
  readonly terms: PriceTerms;
  /** What is held at first. */
  readonly first: Quantities;
  /** The most that the call may use: more is never held. */
  readonly most: Quantities;
  /** Holds so much more. */
  readonly extend: (amountNano: bigint) => Promise<ExtendOutcome>;
}

/** A step holds as much again as is held, but no more than so many slices: what is held and not used is kept from others. */
const STEP_SLICES_MAX = 16n;
/** Where a step is refused, one of so much less of a slice is tried before the run is stopped. */
const LAST_STEP_PART = 8n;

/**
 * The hold of a call that is followed. It grows with what the call uses, ahead of it, so that a long answer neither waits for the
 * ledger nor keeps the worst case from other calls.
 */
export class GrowingHold {
  readonly #options: GrowingHoldOptions;
  #covered: Quantities;
  #growing: Promise<void> | undefined;
  #refusal: HoldRefusal | undefined;

  constructor(options: GrowingHoldOptions) {
    this.#options = options;
    this.#covered = options.first;
  }

  /** What is held for, unit by unit. */
  get covered(): Quantities {
    return this.#covered;
  }

  /** Set when no more can be held. */
  get refusal(): HoldRefusal | undefined {
    return this.#refusal;
  }

  /**
   * Whether what a run has used is held, or can be. Answers at once as long as it is, and asks for more in time.
   * @throws what `extend` throws
   */
  cover(used: Quantities): boolean | Promise<boolean> {
    const isCovered = this.#covers(used);
    if (isCovered && this.#refusal === undefined && this.#isLow(used)) {
      // A failure is met again by whoever needs what was asked for.
      this.#grow(used).catch(() => undefined);
    }
    return isCovered || this.#reach(used);
  }

  async #reach(used: Quantities): Promise<boolean> {
    for (;;) {
      // Also after a refusal: there may be more by now.
      await this.#grow(used);
      if (this.#covers(used)) return true;
      if (this.#refusal !== undefined) return false;
    }
  }

  /** One step at a time; whoever comes meanwhile waits for it. */
  #grow(used: Quantities): Promise<void> {
    this.#growing ??= this.#step(used).finally(() => (this.#growing = undefined));
    return this.#growing;
  }

  async #step(used: Quantities): Promise<void> {
    const refusal = (await this.#hold(this.#next(used, stepOf))) && (await this.#hold(this.#next(used, lastStepOf)));
    this.#refusal = refusal;
  }

  async #hold(wanted: Quantities): Promise<HoldRefusal | undefined> {
    const { terms, extend } = this.#options;
    const moreNano = rateTerms(wanted, terms).amountNano - rateTerms(this.#covered, terms).amountNano;
    const outcome = moreNano > 0n ? await extend(moreNano) : OPEN;
    if (outcome.outcome !== 'open') return outcome;
    this.#covered = wanted;
    return undefined;
  }

  /** What is to be held next: of each unit that runs low a step more. */
  #next(used: Quantities, step: (unit: PriceUnit, covered: bigint) => bigint): Quantities {
    return mapUnits(this.#options.most, (most, unit) => {
      const covered = this.#covered[unit] ?? 0n;
      const need = used[unit] ?? 0n;
      if (!isLow(unit, covered, need)) return covered;
      const wanted = larger(covered, need) + step(unit, covered);
      return wanted < most ? wanted : most;
    });
  }

  #covers(used: Quantities): boolean {
    return this.#every((unit, covered, most) => (used[unit] ?? 0n) <= covered || covered === most);
  }

  #isLow(used: Quantities): boolean {
    return !this.#every((unit, covered, most) => covered === most || !isLow(unit, covered, used[unit] ?? 0n));
  }

  #every(test: (unit: PriceUnit, covered: bigint, most: bigint) => boolean): boolean {
    return Object.entries(this.#options.most).every(([unit, most]) => test(unit as PriceUnit, this.#covered[unit as PriceUnit] ?? 0n, most));
  }
}

const OPEN: ExtendOutcome = { outcome: 'open' };

/** Half of a step is left. */
function isLow(unit: PriceUnit, covered: bigint, used: bigint): boolean {
  return (covered - used) * 2n <= stepOf(unit, covered);
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function stepOf(unit: PriceUnit, covered: bigint): bigint {
  const { slice = 1n } = MEASURES[unit];
  const most = slice * STEP_SLICES_MAX;
  return covered < slice ? slice : covered < most ? covered : most;
}

function lastStepOf(unit: PriceUnit): bigint {
  return (MEASURES[unit].slice ?? 1n) / LAST_STEP_PART;
}
