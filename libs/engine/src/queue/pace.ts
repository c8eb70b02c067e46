const WEIGHT = 0.1;
/** Where nothing was measured yet. */
const UNKNOWN_MS = 1_000;
const LEAST_MS = 50;
const MOST_MS = 60_000;

/** How fast calls of a model are answered of late. */
export class Pace {
  #itemMs: number | undefined;

  /** A runner took so long for one item. */
  observe(itemMs: number): void {
    this.#itemMs = this.#itemMs === undefined ? itemMs : this.#itemMs + WEIGHT * (itemMs - this.#itemMs);
  }

  /** How long so many items take on so many runners, within what is sensible to say to a caller. */
  timeFor(items: number, runners: number): number {
    if (this.#itemMs === undefined || runners === 0) return UNKNOWN_MS;
    return Math.ceil(Math.min(Math.max((items * this.#itemMs) / runners, LEAST_MS), MOST_MS));
  }
}
