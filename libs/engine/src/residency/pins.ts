import { engineErrors } from '../errors.js';
import type { Place } from './residency.js';

/** The versions that stay loaded, and what they take. All of them fit together, and leave one runner's place to others. */
export class Pins {
  readonly #pinsMax: number;
  readonly #places = new Map<string, Place>();

  constructor(maxRunners: number) {
    this.#pinsMax = maxRunners - 1;
  }

  /** @throws AppError `ENGINE.PINS_EXCEEDED` */
  add(place: Place, budgetBytes: number): void {
    const { label, digest, device, bytes } = place;
    const pinnedBytes = this.bytesBeside(place);
    const pinned = this.#places.size - (this.#places.has(digest) ? 1 : 0);
    if (pinnedBytes + bytes > budgetBytes || pinned >= this.#pinsMax) {
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

  measured(place: Place, bytes: number): void {
    if (this.holds(place)) this.#places.set(place.digest, { ...place, bytes });
  }

  /** What the pinned versions of its device take, without its own. */
  bytesBeside({ device, digest }: Place): number {
    let sum = 0;
    for (const pin of this.#places.values()) if (pin.device === device && pin.digest !== digest) sum += pin.bytes;
    return sum;
  }
}
