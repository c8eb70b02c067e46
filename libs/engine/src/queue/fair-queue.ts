import { Deque } from './deque.js';

export interface Queued {
  readonly tenantId: string;
  /** The share of the runner it takes, in any unit that all items share. */
  readonly cost: number;
  readonly bytes: number;
  /** True once nobody waits for it any more. Its place in the line is skipped. */
  readonly settled: boolean;
}

export interface FairQueueOptions {
  /** What a tenant may spend in one turn. */
  readonly quantum: number;
  readonly itemsPerTenant: number;
  readonly bytesPerTenant: number;
  /** Of all tenants together. One that has nothing waiting may add an item all the same, as long as there is room in bytes. */
  readonly items: number;
  readonly bytes: number;
}

interface Line<T> {
  readonly tenantId: string;
  readonly items: Deque<T>;
  /** Of items that are not settled. */
  live: number;
  liveBytes: number;
  deficit: number;
}

/**
 * Waiting items in one line per tenant, served by deficit round-robin (Shreedhar and Varghese, 1996): each turn adds the
 * quantum to what a tenant may spend, and it is served while its next item costs no more than that. A tenant that had nothing waiting
 * has its first turn before the others, as new flows have in FQ-CoDel (RFC 8290): it waits for none of theirs. Once served, it is new
 * again only after the others have had theirs, so that nobody lives on being new. Every line is bounded, and all together.
 */
export class FairQueue<T extends Queued> {
  readonly #options: FairQueueOptions;
  readonly #lines = new Map<string, Line<T>>();
  /** Lines of tenants that are new, in the order in which they came. */
  readonly #fresh = new Deque<Line<T>>();
  /** The others, in the order of their turns. One that has become empty stays until its turn comes. */
  readonly #turns = new Deque<Line<T>>();
  #size = 0;
  #bytes = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** Items that somebody waits for. */
  get size(): number {
    return this.#size;
  }

  sizeOf(tenantId: string): number {
    return this.#lines.get(tenantId)?.live ?? 0;
  }

  /** False when the tenant's line, or the queue, is full. */
  push(item: T): boolean {
    if (!this.#hasRoom(item)) return false;
    const line = this.#lines.get(item.tenantId) ?? this.#open(item.tenantId);
    line.items.push(item);
    line.live += 1;
    line.liveBytes += item.bytes;
    this.#size += 1;
    this.#bytes += item.bytes;
    return true;
  }

  /** The next item in turn; settled ones are dropped on the way. */
  shift(): T | undefined {
    for (let turns = this.#nextTurns(), line = turns.peek(); line; turns = this.#nextTurns(), line = turns.peek()) {
      while (line.items.peek()?.settled) line.items.shift();
      const next = line.items.peek();
      if (!next) {
        turns.shift();
        this.#lines.delete(line.tenantId);
        continue;
      }
      if (this.#lines.size === 1) line.deficit = Math.max(line.deficit, next.cost);
      else if (line.deficit < next.cost) line.deficit += this.#options.quantum;
      if (line.deficit < next.cost) {
        this.#endTurn(turns, line);
        continue;
      }
      this.#take(line, next);
      const after = line.items.peek();
      // What an empty line has not spent is lost.
      if (!after) line.deficit = 0;
      if (!after || line.deficit < after.cost) this.#endTurn(turns, line);
      return next;
    }
    return undefined;
  }

  /** To be called when an item in the queue has been settled, so that its tenant may queue another. */
  forget(item: T): void {
    const line = this.#lines.get(item.tenantId);
    if (!line) return;
    this.#uncount(line, item);
    // Settled items hold their input until their turn; do not let a tenant pile them up.
    if (line.items.size > 2 * line.live + 16) line.items.retain(({ settled }) => !settled);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const line of this.#lines.values()) {
      for (const item of line.items) if (!item.settled) yield item;
    }
  }

  #hasRoom({ tenantId, bytes: more }: T): boolean {
    const { itemsPerTenant, bytesPerTenant, items, bytes } = this.#options;
    const line = this.#lines.get(tenantId);
    if (this.#size > 0 && this.#bytes + more > bytes) return false;
    if (!line || line.live === 0) return true;
    return line.live < itemsPerTenant && line.liveBytes + more <= bytesPerTenant && this.#size < items;
  }

  #open(tenantId: string): Line<T> {
    const line: Line<T> = { tenantId, items: new Deque(), live: 0, liveBytes: 0, deficit: 0 };
    this.#lines.set(tenantId, line);
    this.#fresh.push(line);
    return line;
  }

  #nextTurns(): Deque<Line<T>> {
    return this.#fresh.size > 0 ? this.#fresh : this.#turns;
  }

  #endTurn(turns: Deque<Line<T>>, line: Line<T>): void {
    turns.shift();
    this.#turns.push(line);
  }

  #take(line: Line<T>, item: T): void {
    line.items.shift();
    line.deficit -= item.cost;
    this.#uncount(line, item);
  }

  #uncount(line: Line<T>, item: T): void {
    line.live -= 1;
    line.liveBytes -= item.bytes;
    this.#size -= 1;
    this.#bytes -= item.bytes;
  }
}
