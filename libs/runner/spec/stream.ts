import { decodeValue, FrameKind } from '@steelyard/wire';
import type { Frame, PartHeader, WireError } from '@steelyard/wire';

export type ItemAnswer = { readonly output: Record<string, unknown> } | { readonly error: WireError };

/** One run whose parts are read. It says `more` only when the spec does. */
export class Stream {
  readonly parts: { readonly item: number; readonly part: unknown }[] = [];
  readonly ran: Promise<ItemAnswer[]>;
  readonly #send: (kind: FrameKind, header: unknown) => void;
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined;

  constructor(ran: Promise<ItemAnswer[]>, send: (kind: FrameKind, header: unknown) => void) {
    this.ran = ran;
    this.#send = send;
  }

  take({ header, body }: Frame): void {
    this.parts.push({ item: (header as PartHeader).item, part: decodeValue(body) });
    if (this.#waiting && this.parts.length >= this.#waiting.count) this.#waiting.resolve();
  }

  /** Resolves when so many parts have come. */
  atLeast(count: number): Promise<void> {
    return this.parts.length >= count ? Promise.resolve() : new Promise((resolve) => (this.#waiting = { count, resolve }));
  }

  more(item: number, parts: number): void {
    this.#send(FrameKind.more, { item, parts });
  }

  cancel(...items: number[]): void {
    this.#send(FrameKind.cancel, { items });
  }
}
