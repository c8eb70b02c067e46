import { createHash } from 'node:crypto';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Ids that look like Stripe's and are the same in every run of the same seed. */
export class Identifiers {
  private count = 0;

  constructor(private readonly seed: number) {}

  next(prefix: string): string {
    this.count += 1;
    const digest = createHash('sha256').update(`${this.seed}/${this.count}`).digest();
    return `${prefix}_${[...digest.subarray(0, 24)].map((byte) => LETTERS[byte % LETTERS.length]).join('')}`;
  }
}
