import { engineErrors } from '../errors.js';
import type { Needs } from './needs.js';
import type { Place } from './residency.js';

/** The versions that stay loaded, and what they take. All of them fit together, and leave one runner's place to others. */
export class Pins {
  readonly #pinsMax: number;
  readonly #places = new Map<string, Place>();

  constructor(maxRunners: number) {
    this.#pinsMax = maxRunners - 1;
  }

  /** @throws AppError `ENGINE.PINS_EXCEEDED` */
  add(place: Place, budgetOf: (device: string) => number): void {
    const { label, digest, needs } = place;
    const pinned = this.#places.size - (this.#places.has(digest) ? 1 : 0);
    for (const [device, bytes] of Object.entries(needs)) {
      const pinnedBytes = this.bytesBeside(place, device);
      const budgetBytes = budgetOf(device);
      if (pinnedBytes + bytes <= budgetBytes && pinned < this.#pinsMax) continue;
      throw engineErrors.PINS_EXCEEDED({ label, device, bytes, budgetBytes, pinnedBytes, pinned, pinsMax: this.#pinsMax });
    }
    this.#places.set(digest, place);
  }

  remove(digest: string): void {
    this.#places.delete(digest);
  }

  has(digest: string): boolean {
    return this.#places.has(digest);
  }

  /** Whether it is the pinned runner of its version: replicas are not. */
  holds({ digest, replica }: Place): boolean {
    return !replica && this.#places.has(digest);
  }

  measured(place: Place, needs: Needs): void {
    if (this.holds(place)) this.#places.set(place.digest, { ...place, needs });
  }

  /** What the pinned versions take of a device, without its own. */
  bytesBeside({ digest }: Place, device: string): number {
    let sum = 0;
    for (const pin of this.#places.values()) if (pin.digest !== digest) sum += pin.needs[device] ?? 0;
    return sum;
  }
}
