import type { CancelHeader, MoreHeader, RunHeader, RunItem } from '@steelyard/wire';
import { PartWindow } from './part-window.js';

/** Hands a part of an item's answer, as CBOR, to the host. */
export type SendPart = (item: number, part: Uint8Array) => void;

/** A run between its frame and its answer: which of its items somebody waits for, and the way of their parts. */
export class OpenRun {
  readonly items: readonly RunItem[];
  readonly #windows: readonly (PartWindow | undefined)[];
  readonly #cancelled = new Set<number>();
  readonly #watchers = new Set<() => void>();

  constructor({ items }: RunHeader, sendPart: SendPart) {
    this.items = items;
    this.#windows = items.map(({ stream }, item) => (stream ? new PartWindow((part) => sendPart(item, part)) : undefined));
  }

  isCancelled(item: number): boolean {
    return this.#cancelled.has(item);
  }

  /** Where an item's parts go; undefined where nobody reads them. */
  windowOf(item: number): PartWindow | undefined {
    return this.#windows[item];
  }

  cancel({ items }: CancelHeader): void {
    for (const item of items) {
      this.#cancelled.add(item);
      this.#windows[item]?.close();
    }
    for (const look of this.#watchers) look();
  }

  more({ item, parts }: MoreHeader): void {
    this.#windows[item]?.open(parts);
  }

  /** Calls back after every cancellation, until the returned function is called. */
  watch(look: () => void): () => void {
    this.#watchers.add(look);
    return () => this.#watchers.delete(look);
  }
}
