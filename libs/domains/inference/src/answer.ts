import { decodeValue } from '@steelyard/wire';

/** What a model gave. It comes as CBOR, and is read when somebody wants the value: a caller may take it as it came. */
export class Answer {
  #value: unknown;
  #isRead = false;

  constructor(readonly cbor: Uint8Array) {}

  get value(): unknown {
    if (!this.#isRead) {
      this.#value = decodeValue(this.cbor);
      this.#isRead = true;
    }
    return this.#value;
  }
}
