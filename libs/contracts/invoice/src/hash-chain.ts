import { canonicalJson } from '@steelyard/kernel/canonical-json';
import { sha256Hex } from '@steelyard/kernel/sha256';

/**
 * Hashes that hang together: each is the sha256 of the one before it, in hex, and the text of a line. Whoever changes a line changes the last.
 */
export class HashChain {
  #hash: string;

  constructor(header: unknown) {
    this.#hash = sha256Hex(canonicalJson(header));
  }

  add(line: string): void {
    this.#hash = sha256Hex(this.#hash + line);
  }

  get hash(): string {
    return this.#hash;
  }
}
