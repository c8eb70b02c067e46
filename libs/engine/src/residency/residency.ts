import { engineErrors } from '../errors.js';
import type { Needs } from './needs.js';
import { Pins } from './pins.js';

/** A runner, or what is about to become one, as far as its place in memory is concerned. */
export interface Resident {
  /** Ready, and nothing waits or runs. */
  readonly evictable: boolean;
  /** Of `performance.now()`. */
  readonly usedAtMs: number;
  /** Ends it; {@link Residency.leave} follows. Asked only of evictable ones. */
  evict(reason: 'evicted' | 'idle'): void;
  /** Others waited for long enough: it takes no more calls and ends when those it has are answered; {@link Residency.leave} follows. */
  retire(): void;
}

/** What a resident asks for. */
export interface Place {
  /** Of its version: pins go by it. */
  readonly digest: string;
  readonly label: string;
  /** Estimate of the memory that it will take. */
  readonly needs: Needs;
  /** A further runner of a version that has one already: the first to go, pinned or not. */
  readonly replica?: boolean;
}

export interface ResidencyLimits {
  readonly maxRunners: number;
  /** A busy runner has to go when another has waited so long for its place. */
  readonly turnMs: number;
  /** Bytes that the models of a device may take together. A device without an entry is not limited, until {@link Residency.limit} is told. */
  readonly budgets: Readonly<Record<string, number>>;
}

export interface DeviceUsage {
  readonly usedBytes: number;
  readonly reservedBytes: number;
}

interface Held {
  readonly place: Place;
  /** The estimate, then what was measured. */
  needs: Needs;
  /** Of `performance.now()`; nothing until its model is loaded. */
  loadedAtMs: number | undefined;
  /** Was told to end. Its memory counts until it is gone. */
  leaving: boolean;
}

interface Waiting<R> {
  readonly resident: R;
  readonly place: Place;
  readonly sinceMs: number;
  readonly admit: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * Which runners there may be at the same time: so many, and so many bytes per device, by estimate until a model is loaded
 * and by measurement then. To let another in, idle runners go, replicas first and then the least recently used; when
 * all are busy it waits, and after a turn the busy ones that have been here longest give way. Who waits is served in the
 * order of coming: a large model is not overtaken for ever by small ones.
 */
export class Residency<R extends Resident = Resident> {
  readonly #limits: ResidencyLimits;
  /** In the order of admission. */
  readonly #residents = new Map<R, Held>();
  #waiting: Waiting<R>[] = [];
  readonly #pins: Pins;
  readonly #budgets: Map<string, number>;
  #timer: NodeJS.Timeout | undefined;
  #settling = false;
  #unsettled = false;

  constructor(limits: ResidencyLimits) {
    this.#limits = limits;
    this.#pins = new Pins(limits.maxRunners);
    this.#budgets = new Map(Object.entries(limits.budgets));
  }

  /** What is known of a device now. Runtimes may differ in what they say: the least counts. */
  limit(device: string, budgetBytes: number): void {
    this.#budgets.set(device, Math.min(budgetBytes, this.budgetOf(device)));
  }

  /** Those that are limited, or of which it is known that they are not. */
  get devices(): readonly string[] {
    return [...this.#budgets.keys()];
  }

  /** Resolves when there is room. Rejects with `ENGINE.MEMORY_INSUFFICIENT` when there never can be. */
  admit(resident: R, place: Place): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resident, place, sinceMs: performance.now(), admit: resolve, refuse: reject });
      this.#settle();
    });
  }

  /** Takes a place that is free and that nobody waits for; ends nothing. For replicas. */
  tryAdmit(resident: R, place: Place): boolean {
    if (this.#waiting.length > 0 || this.#missing(place, () => true).any) return false;
    this.#hold(resident, place);
    return true;
  }

  /** It is loaded, and takes so much memory now. */
  measured(resident: R, needs: Needs): void {
    const held = this.#residents.get(resident);
    if (!held) return;
    const changed = held.loadedAtMs === undefined || !isEqual(held.needs, needs);
    held.loadedAtMs ??= performance.now();
    held.needs = needs;
    this.#pins.measured(held.place, needs);
    if (changed) this.#settle();
  }

  /** Whether it would find room on this device without any busy runner giving way, and is not behind others that wait for it. */
  hasRoom(place: Place, device: string): boolean {
    const wanted = place.needs[device] ?? 0;
    if (this.#waiting.some((waiting) => waiting.place.needs[device] !== undefined)) return false;
    let staying = 0;
    for (const [resident, { needs, place: { digest } }] of this.#residents) {
      if (digest !== place.digest && !(resident.evictable && !this.#pins.has(digest))) staying += needs[device] ?? 0;
    }
    return wanted + Math.max(staying, this.#pins.bytesBeside(place, device)) <= this.budgetOf(device);
  }

  /** Why it can never be here as long as the pins are what they are, if so. */
  refusal(place: Place): Error | undefined {
    const { label } = place;
    for (const [device, bytes] of Object.entries(place.needs)) {
      const budgetBytes = this.budgetOf(device);
      const pinnedBytes = this.#pins.bytesBeside(place, device);
      if (bytes + pinnedBytes > budgetBytes) return engineErrors.MEMORY_INSUFFICIENT({ label, device, bytes, budgetBytes, pinnedBytes });
    }
    return undefined;
  }

  /** The runner is gone, was not started after all, or does not wait for a place any more. */
  leave(resident: R): void {
    this.#residents.delete(resident);
    this.#waiting = this.#waiting.filter((waiting) => waiting.resident !== resident);
    this.#settle();
  }

  /** To be called when a resident has become idle. */
  makeRoom(): void {
    if (this.#waiting.length > 0) this.#settle();
  }

  evictIdle(beforeMs: number): void {
    for (const [resident, held] of [...this.#residents]) {
      if (this.#isEvictable(resident, held) && resident.usedAtMs < beforeMs) this.#evict(resident, held, 'idle');
    }
  }

  /**
   * From now on the first runner of this version is not ended to make room, nor for being idle.
   * @throws AppError `ENGINE.PINS_EXCEEDED` when the pinned ones would not fit together, or would take every runner's place.
   */
  pin(place: Place): void {
    this.#pins.add(place, (device) => this.budgetOf(device));
    this.#settle();
  }

  unpin(digest: string): void {
    this.#pins.remove(digest);
    this.#settle();
  }

  isPinned(digest: string): boolean {
    return this.#pins.has(digest);
  }

  budgetOf(device: string): number {
    return this.#budgets.get(device) ?? Infinity;
  }

  usageOf(device: string): DeviceUsage {
    let [usedBytes, reservedBytes] = [0, 0];
    for (const { needs, loadedAtMs } of this.#residents.values()) {
      if (loadedAtMs === undefined) reservedBytes += needs[device] ?? 0;
      else usedBytes += needs[device] ?? 0;
    }
    return { usedBytes, reservedBytes };
  }

  /** Nobody waits any more; what is here is left alone. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { refuse, place } of this.#waiting.splice(0)) refuse(engineErrors.CLOSED({ label: place.label }));
  }

  /** Ends of runners may come back here at once: then once more instead of deeper. */
  #settle(): void {
    this.#unsettled = true;
    if (this.#settling) return;
    this.#settling = true;
    try {
      while (this.#unsettled) {
        this.#unsettled = false;
        this.#trim();
        this.#serve();
      }
    } finally {
      // One that cannot be ended must not keep all others out for good.
      this.#settling = false;
    }
    this.#watch();
  }

  #serve(): void {
    const blocked = new Set<string>();
    for (const waiting of [...this.#waiting]) {
      const { resident, place } = waiting;
      if (Object.keys(place.needs).some((device) => blocked.has(device))) continue;
      const refusal = this.refusal(place);
      const missing = this.#missing(place, () => true);
      if (refusal || !missing.any) {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        if (refusal) waiting.refuse(refusal);
        else {
          this.#hold(resident, place);
          waiting.admit();
        }
        continue;
      }
      this.#clear(waiting);
      if (missing.runners > 0) return;
      for (const device of missing.devices) blocked.add(device);
    }
  }

  #hold(resident: R, place: Place): void {
    this.#residents.set(resident, { place, needs: place.needs, loadedAtMs: undefined, leaving: false });
  }

  /** What a newcomer lacks beside those of the residents that count. */
  #missing({ needs }: Place, counts: (resident: R, held: Held) => boolean): { runners: number; devices: readonly string[]; any: boolean } {
    const here = [...this.#residents].filter(([resident, held]) => counts(resident, held)).map(([, held]) => held);
    const runners = here.length + 1 - this.#limits.maxRunners;
    const devices = Object.keys(needs).filter((device) => needs[device]! + sumOf(here, device) > this.budgetOf(device));
    return { runners, devices, any: runners > 0 || devices.length > 0 };
  }

  /** Ends what must go for the one that waits; nobody, when even that would not be enough. */
  #clear({ place, sinceMs }: Waiting<R>): void {
    const isOver = performance.now() - sinceMs >= this.#limits.turnMs;
    const candidates = isOver ? [...this.#idle(), ...this.#busy()] : this.#idle();
    const going = new Set<R>();
    const missing = () => this.#missing(place, (resident, { leaving }) => !leaving && !going.has(resident));
    for (const [resident, { needs }] of candidates) {
      const { runners, devices, any } = missing();
      if (!any) break;
      if (runners > 0 || devices.some((device) => (needs[device] ?? 0) > 0)) going.add(resident);
    }
    if (missing().any) return;
    for (const [resident, held] of candidates) {
      if (!going.has(resident)) continue;
      if (this.#isEvictable(resident, held)) this.#evict(resident, held, 'evicted');
      else this.#retire(resident, held);
    }
  }

  /** A model turned out larger than was thought: idle ones go until the rest fits. */
  #trim(): void {
    for (const [device, budgetBytes] of this.#budgets) {
      const staying = [...this.#residents.values()].filter(({ leaving }) => !leaving);
      let over = sumOf(staying, device) - budgetBytes;
      for (const [resident, held] of over > 0 ? this.#idle() : []) {
        if (over <= 0) break;
        const bytes = held.needs[device] ?? 0;
        if (bytes === 0) continue;
        over -= bytes;
        this.#evict(resident, held, 'evicted');
      }
    }
  }

  #idle(): [R, Held][] {
    const idle = [...this.#residents].filter(([resident, held]) => this.#isEvictable(resident, held));
    return idle.sort(([a, heldA], [b, heldB]) => byReplica(heldA, heldB) || a.usedAtMs - b.usedAtMs);
  }

  /** Those that have had their turn. */
  #busy(): [R, Held][] {
    const beforeMs = performance.now() - this.#limits.turnMs;
    const busy = [...this.#residents].filter(([resident, held]) => this.#mayGo(held) && !resident.evictable && held.loadedAtMs! <= beforeMs);
    return busy.sort(([, a], [, b]) => byReplica(a, b));
  }

  #isEvictable(resident: R, held: Held): boolean {
    return this.#mayGo(held) && resident.evictable;
  }

  #mayGo({ place, loadedAtMs, leaving }: Held): boolean {
    return loadedAtMs !== undefined && !leaving && !this.#pins.holds(place);
  }

  #evict(resident: R, held: Held, reason: 'evicted' | 'idle'): void {
    held.leaving = true;
    resident.evict(reason);
  }

  #retire(resident: R, held: Held): void {
    held.leaving = true;
    resident.retire();
  }

  #watch(): void {
    const [first] = this.#waiting;
    if (!first || this.#timer) return;
    const { turnMs } = this.#limits;
    const leftMs = first.sinceMs + turnMs - performance.now();
    const again = () => {
      this.#timer = undefined;
      this.#settle();
    };
    this.#timer = setTimeout(again, leftMs > 0 ? Math.ceil(leftMs) : turnMs).unref();
  }
}

function sumOf(held: readonly Held[], device: string): number {
  return held.reduce((sum, { needs }) => sum + (needs[device] ?? 0), 0);
}

function isEqual(a: Needs, b: Needs): boolean {
  return Object.keys({ ...a, ...b }).every((device) => a[device] === b[device]);
}

function byReplica(a: Held, b: Held): number {
  return Number(b.place.replica ?? false) - Number(a.place.replica ?? false);
}
