import { PARTS_IN_FLIGHT, wireErrors, type PartHeader } from '@steelyard/wire';
import type { BatchItem } from '../queue/batch-link.js';

/** Readers' progress is told to the runner in lots, not part by part. */
const LOT = PARTS_IN_FLIGHT / 4;

interface Flow {
  /** Parts that came and are not acknowledged yet. */
  open: number;
  /** Those of them that their reader has taken. */
  taken: number;
}

/**
 * The parts of one run on their way from its runner to their readers. A reader that is slow holds up its own item alone:
 * the runner may be `PARTS_IN_FLIGHT` parts ahead of it.
 */
export class PartFlow {
  readonly #items: readonly BatchItem[];
  readonly #grant: (item: number, parts: number) => void;
  readonly #flows: Flow[];

  /** @param grant Tells the runner that so many more parts of an item may come. */
  constructor(items: readonly BatchItem[], grant: (item: number, parts: number) => void) {
    this.#items = items;
    this.#grant = grant;
    this.#flows = items.map(() => ({ open: 0, taken: 0 }));
  }

  /** @throws AppError `WIRE.FRAME_INVALID` for a part that nobody asked for, or that comes too early. */
  receive(header: unknown, part: Uint8Array): void {
    const item = (header as Partial<PartHeader> | undefined)?.item ?? -1;
    const flow = this.#flows[item];
    const onPart = this.#items[item]?.onPart;
    if (!flow || !onPart) throw wireErrors.FRAME_INVALID({ reason: `parts of item ${item} were not asked for` });
    if (flow.open >= PARTS_IN_FLIGHT) throw wireErrors.FRAME_INVALID({ reason: `more than ${PARTS_IN_FLIGHT} parts came without being asked for` });
    flow.open += 1;
    const taken = onPart(part);
    if (taken) void taken.then(() => this.#taken(item, flow));
    else this.#taken(item, flow);
  }

  #taken(item: number, flow: Flow): void {
    flow.taken += 1;
    if (flow.taken < LOT) return;
    flow.open -= flow.taken;
    this.#grant(item, flow.taken);
    flow.taken = 0;
  }
}
