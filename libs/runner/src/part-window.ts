import { PARTS_IN_FLIGHT } from '@steelyard/wire';

interface Waiting {
  readonly bytes: Uint8Array;
  readonly sent: () => void;
}

/** The parts of one item's answer: so many may be under way, the others wait until the host has taken some. */
export class PartWindow {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #waiting: Waiting[] = [];
  readonly #emptied: (() => void)[] = [];
  #room = PARTS_IN_FLIGHT;
  #closed = false;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /** Resolves when the part has left, or will never leave because the window was closed. */
  push(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      // Whoever waits gives the event loop a turn, so that parts leave and a cancellation arrives between two steps of a model.
      const sent = (): void => void setImmediate(resolve);
      if (this.#closed) return sent();
      this.#waiting.push({ bytes, sent });
      this.#drain();
    });
  }

  open(parts: number): void {
    this.#room += parts;
    this.#drain();
  }

  /** Resolves when no part waits: those of a runtime that did not wait for `emit` still come before its answer. */
  emptied(): Promise<void> {
    return this.#waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => this.#emptied.push(resolve));
  }

  /** Nobody reads any more: what waits is dropped, and so is what comes after. */
  close(): void {
    this.#closed = true;
    for (const { sent } of this.#waiting.splice(0)) sent();
    this.#tellEmptied();
  }

  #drain(): void {
    while (this.#room > 0 || this.#waiting.length === 0) {
      const next = this.#waiting.shift();
      if (!next) return this.#tellEmptied();
      this.#room -= 1;
      this.#send(next.bytes);
      next.sent();
    }
  }

  #tellEmptied(): void {
    for (const resolve of this.#emptied.splice(0)) resolve();
  }
}
