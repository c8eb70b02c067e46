import type { DoneRecord } from '@steelyard/domain-metering';
import type { HoldState, ReserveOutcome } from '@steelyard/domain-ledger';

/** A call of a run: everything about its end is fixed beforehand, so that writing it twice writes the same. */
export interface Call {
  readonly eventId: string;
  readonly tenantId: string;
  readonly done: DoneRecord;
}

export interface Ask {
  readonly call: Call;
  readonly amountNano: bigint;
  readonly key: string | undefined;
  readonly hash: string | undefined;
  readonly expiresAtMs: number;
}

export type Operation =
  | { readonly kind: 'credit'; readonly transferId: string; readonly tenantId: string; readonly amountNano: bigint }
  | { readonly kind: 'reserve'; readonly asks: readonly Ask[] }
  | { readonly kind: 'flush'; readonly calls: readonly Call[] }
  | { readonly kind: 'release'; readonly calls: readonly Call[]; readonly state: 'void' | 'expired' }
  | { readonly kind: 'expire'; readonly nowMs: number; readonly except: readonly Call[] };

interface Hold {
  readonly tenantId: string;
  amountNano: bigint;
  state: HoldState;
  key: string | undefined;
  readonly hash: string | undefined;
  expiresAtMs: number;
}

/**
 * What the ledger must do, written as plainly as possible and without a thought for speed or for others at work. One
 * operation after the other; what it answers is what the real one must answer.
 */
export class MoneyModel {
  credits = new Map<string, { tenantId: string; amountNano: bigint }>();
  holds = new Map<string, Hold>();
  usage = new Map<string, DoneRecord>();

  copy(): MoneyModel {
    const copy = new MoneyModel();
    copy.credits = new Map(this.credits);
    copy.holds = new Map([...this.holds].map(([id, hold]) => [id, { ...hold }]));
    copy.usage = new Map(this.usage);
    return copy;
  }

  apply(operation: Operation): unknown {
    switch (operation.kind) {
      case 'credit':
        return this.#credit(operation.transferId, operation.tenantId, operation.amountNano);
      case 'reserve':
        return operation.asks.map((ask) => this.#reserve(ask));
      case 'flush':
        return this.#flush(operation.calls);
      case 'release':
        return this.#release(operation.calls, operation.state);
      case 'expire':
        return this.#expire(operation.nowMs, operation.except);
    }
  }

  availableNano(tenantId: string): bigint {
    return this.postedNano(tenantId) - this.heldNano(tenantId);
  }

  postedNano(tenantId: string): bigint {
    const credited = sum([...this.credits.values()].filter((credit) => credit.tenantId === tenantId).map((credit) => credit.amountNano));
    return credited - sum([...this.usage.values()].filter((done) => done.consumerTenantId === tenantId).map((done) => done.amountNano));
  }

  heldNano(tenantId: string): bigint {
    return sum([...this.holds.values()].filter((hold) => hold.tenantId === tenantId && hold.state === 'open').map((hold) => hold.amountNano));
  }

  earnedNano(tenantId: string): bigint {
    return sum([...this.usage.values()].filter((done) => done.providerTenantId === tenantId).map((done) => done.amountNano - done.feeNano));
  }

  feesNano(): bigint {
    return sum([...this.usage.values()].map((done) => done.feeNano));
  }

  #credit(transferId: string, tenantId: string, amountNano: bigint): string {
    const earlier = this.credits.get(transferId);
    if (earlier) return earlier.tenantId === tenantId && earlier.amountNano === amountNano ? 'done' : 'LEDGER.TRANSFER_CONFLICT';
    this.credits.set(transferId, { tenantId, amountNano });
    return 'done';
  }

  #reserve({ call, amountNano, key, hash, expiresAtMs }: Ask): ReserveOutcome {
    const { eventId, tenantId } = call;
    const own = this.holds.get(eventId);
    if (own) {
      if (own.amountNano !== amountNano) return { outcome: 'conflict' };
      return own.state === 'open' ? { outcome: 'open', eventId, free: false } : { outcome: 'replay', eventId, state: own.state, free: false };
    }
    const [earlierId, earlier] = [...this.holds].find(([, hold]) => key !== undefined && hold.tenantId === tenantId && hold.key === key) ?? [];
    if (earlierId !== undefined && earlier && earlier.state !== 'void') {
      if (earlier.hash !== hash) return { outcome: 'conflict' };
      if (earlier.state !== 'expired') return { outcome: 'replay', eventId: earlierId, state: earlier.state, free: false };
    }
    const availableNano = this.availableNano(tenantId);
    if (amountNano > 0n && amountNano > availableNano) return { outcome: 'insufficient', availableNano };
    if (earlierId !== undefined && earlier?.state === 'expired') {
      Object.assign(earlier, { state: 'open', amountNano, expiresAtMs });
      return { outcome: 'open', eventId: earlierId, free: false };
    }
    if (earlier) earlier.key = undefined;
    this.holds.set(eventId, { tenantId, amountNano, state: 'open', key, hash, expiresAtMs });
    return { outcome: 'open', eventId, free: false };
  }

  #flush(calls: readonly Call[]): { inserted: number; released: number } {
    const counts = { inserted: 0, released: 0 };
    for (const { eventId, done } of new Set(calls)) {
      if (!this.usage.has(eventId)) {
        this.usage.set(eventId, done);
        counts.inserted += 1;
      }
      const hold = this.holds.get(eventId);
      if (hold?.state === 'open') counts.released += 1;
      if (hold && hold.state !== 'settled') hold.state = done.status === 'succeeded' ? 'settled' : 'void';
    }
    return counts;
  }

  #release(calls: readonly Call[], state: 'void' | 'expired'): string {
    for (const { eventId } of calls) {
      const hold = this.holds.get(eventId);
      if (hold?.state === 'open') hold.state = state;
    }
    return 'done';
  }

  #expire(nowMs: number, except: readonly Call[]): number {
    const kept = new Set(except.map(({ eventId }) => eventId));
    const late = [...this.holds].filter(([id, hold]) => hold.state === 'open' && hold.expiresAtMs <= nowMs && !kept.has(id));
    for (const [, hold] of late) hold.state = 'expired';
    return late.length;
  }
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
