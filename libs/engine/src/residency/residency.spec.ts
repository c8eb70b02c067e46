import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Residency, type Place, type Resident } from './residency.js';

const TURN_MS = 100;

class FakeResident implements Resident {
  evictable = true;
  usedAtMs = 0;
  ends: string[] = [];
  admitted: boolean | string = false;

  constructor(
    readonly name: string,
    readonly residency: Residency<FakeResident>,
  ) {}

  /** Asks for a place; loads at once when it gets one. */
  async ask(bytes: number, place: Partial<Place> = {}): Promise<void> {
    try {
      await this.residency.admit(this, { digest: this.name, label: this.name, needs: { cpu: bytes }, ...place });
      this.admitted = true;
    } catch (error) {
      this.admitted = (error as { code: string }).code;
    }
  }

  evict(reason: string): void {
    this.ends.push(reason);
    this.evictable = false;
    this.residency.leave(this);
  }

  retire(): void {
    this.ends.push('retired');
  }
}

function setup(maxRunners: number, budget = Infinity) {
  const residency = new Residency<FakeResident>({ maxRunners, turnMs: TURN_MS, budgets: { cpu: budget } });
  const loaded = async (name: string, bytes: number, over: Partial<FakeResident & Place> = {}): Promise<FakeResident> => {
    const { digest = name, replica = false, ...state } = over;
    const resident = Object.assign(new FakeResident(name, residency), state);
    await resident.ask(bytes, { digest, replica });
    residency.measured(resident, { cpu: bytes });
    return resident;
  };
  const asking = async (name: string, bytes: number, place: Partial<Place> = {}): Promise<FakeResident> => {
    const resident = new FakeResident(name, residency);
    void resident.ask(bytes, place);
    await settled();
    return resident;
  };
  return { residency, loaded, asking };
}

const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 5; turns++) await Promise.resolve();
};

describe('Residency, runners', () => {
  it('ends the least recently used idle one to let another in', async () => {
    const { loaded, asking } = setup(2);
    const [newer, older] = [await loaded('newer', 1, { usedAtMs: 2 }), await loaded('older', 1, { usedAtMs: 1 })];
    expect((await asking('next', 1)).admitted).toBe(true);
    expect([older.ends, newer.ends]).toEqual([['evicted'], []]);
  });

  it('waits for the busy ones', async () => {
    const { residency, loaded, asking } = setup(1);
    const busy = await loaded('busy', 1, { evictable: false });
    const next = await asking('next', 1);
    expect(next.admitted).toBe(false);
    busy.evictable = true;
    residency.makeRoom();
    await settled();
    expect([busy.ends, next.admitted]).toEqual([['evicted'], true]);
  });

  it('goes on when one cannot be ended', async () => {
    const { residency, loaded, asking } = setup(1);
    const evict = () => {
      throw new TypeError('it cannot be ended');
    };
    const [stubborn, next] = [await loaded('stubborn', 1, { evict }), await asking('next', 1)];
    for (const gone of [stubborn, next]) residency.leave(gone);
    expect((await asking('later', 1)).admitted).toBe(true);
  });

  it('ends those that were not used for long, but for the pinned', async () => {
    const { residency, loaded } = setup(5);
    const [old, recent, pinned] = [await loaded('old', 1, { usedAtMs: 1 }), await loaded('recent', 1, { usedAtMs: 10 }), await loaded('pinned', 1)];
    residency.pin({ digest: 'pinned', label: 'pinned', needs: { cpu: 1 } });
    residency.evictIdle(5);
    expect([old.ends, recent.ends, pinned.ends]).toEqual([['idle'], [], []]);
  });
});

describe('Residency, memory', () => {
  it('ends as many as it takes, least recently used first, and no more', async () => {
    const { residency, loaded, asking } = setup(9, 100);
    const [first, second, third] = [await loaded('a', 30, { usedAtMs: 1 }), await loaded('b', 30, { usedAtMs: 2 }), await loaded('c', 30, { usedAtMs: 3 })];
    expect((await asking('d', 60)).admitted).toBe(true);
    expect([first.ends, second.ends, third.ends]).toEqual([['evicted'], ['evicted'], []]);
    expect(residency.usageOf('cpu')).toEqual({ usedBytes: 30, reservedBytes: 60 });
  });

  it('ends nobody as long as that would not make enough room', async () => {
    const { loaded, asking } = setup(9, 100);
    const [idle] = [await loaded('idle', 30), await loaded('busy', 60, { evictable: false })];
    expect((await asking('large', 80)).admitted).toBe(false);
    expect(idle.ends).toEqual([]);
  });

  it('sets memory aside while a model loads', async () => {
    const { residency, asking } = setup(9, 100);
    const [first, second] = [await asking('a', 60), await asking('b', 60)];
    expect([first.admitted, second.admitted]).toEqual([true, false]);
    first.evictable = false;
    residency.measured(first, { cpu: 35 });
    await settled();
    expect(second.admitted).toBe(true);
    expect(residency.usageOf('cpu')).toEqual({ usedBytes: 35, reservedBytes: 60 });
  });

  it('ends others when a model turns out larger than was thought', async () => {
    const { residency, loaded } = setup(9, 100);
    const [idle, grown] = [await loaded('idle', 40), await loaded('grown', 40, { evictable: false })];
    residency.measured(grown, { cpu: 70 });
    expect(idle.ends).toEqual(['evicted']);
  });

  it('keeps each device within its own, and has nobody wait for a device that it does not need', async () => {
    const { residency, loaded, asking } = setup(9, 100);
    residency.limit('cuda', 50);
    residency.limit('cuda', 80);
    expect(residency.budgetOf('cuda')).toBe(50);
    const onGpu = { needs: { cuda: 40, cpu: 10 } };
    const [host, busy] = [await loaded('host', 20, { usedAtMs: 1 }), await asking('busy', 0, onGpu)];
    busy.evictable = false;
    residency.measured(busy, onGpu.needs);
    const [waiting, small] = [await asking('waiting', 0, onGpu), await asking('small', 70)];
    expect([waiting.admitted, small.admitted, host.ends]).toEqual([false, true, []]);
    expect(residency.hasRoom({ digest: 'other', label: 'other', needs: { cuda: 1, cpu: 1 } }, 'cuda')).toBe(false);
    busy.evictable = true;
    residency.makeRoom();
    await settled();
    expect([busy.ends, waiting.admitted, host.ends]).toEqual([['evicted'], true, []]);
    expect([residency.usageOf('cuda'), residency.usageOf('cpu')]).toEqual([
      { usedBytes: 0, reservedBytes: 40 },
      { usedBytes: 20, reservedBytes: 80 },
    ]);
  });

  it('refuses what never fits, and says what it needs', async () => {
    const { residency, asking } = setup(9, 100 * 2 ** 20);
    expect((await asking('huge', 101 * 2 ** 20)).admitted).toBe('ENGINE.MEMORY_INSUFFICIENT');
    residency.pin({ digest: 'pinned', label: 'pinned', needs: { cpu: 60 * 2 ** 20 } });
    const refused = residency.admit(new FakeResident('large', residency), { digest: 'large', label: 'acme/large@1.0.0', needs: { cpu: 50 * 2 ** 20 } });
    await expect(refused).rejects.toMatchObject({
      message: 'acme/large@1.0.0 needs 50 MiB of memory on cpu; models may take 100 MiB there, of which pinned ones take 60 MiB',
      retryable: false,
    });
  });

  it('takes replicas only where nobody has to go, and ends them first', async () => {
    const { residency, loaded, asking } = setup(9, 100);
    const old = await loaded('old', 30, { usedAtMs: 1 });
    const replica = new FakeResident('busy-2', residency);
    const place = { digest: 'busy', label: 'busy', replica: true };
    expect(residency.tryAdmit(replica, { ...place, needs: { cpu: 71 } })).toBe(false);
    expect(residency.tryAdmit(replica, { ...place, needs: { cpu: 70 } })).toBe(true);
    residency.measured(replica, { cpu: 70 });
    replica.usedAtMs = 9;
    expect((await asking('next', 40)).admitted).toBe(true);
    expect([old.ends, replica.ends]).toEqual([[], ['evicted']]);
  });
});

describe('Residency, pins', () => {
  const pin = (residency: Residency<FakeResident>, digest: string, bytes: number) => residency.pin({ digest, label: digest, needs: { cpu: bytes } });

  it('keeps the first runner of a pinned version, not its replicas', async () => {
    const { residency, loaded, asking } = setup(9, 100);
    const pinned = await loaded('pinned', 30, { usedAtMs: 1 });
    pin(residency, 'pinned', 30);
    const replica = await loaded('pinned-2', 30, { usedAtMs: 9, digest: 'pinned', replica: true });
    await loaded('other', 30, { usedAtMs: 5 });
    expect((await asking('next', 40)).admitted).toBe(true);
    expect([pinned.ends, replica.ends]).toEqual([[], ['evicted']]);
    residency.unpin('pinned');
    expect((await asking('last', 60)).admitted).toBe(true);
    expect(pinned.ends).toEqual(['evicted']);
  });

  it('refuses more than fit together, and every last place', () => {
    const { residency } = setup(3, 100);
    pin(residency, 'a', 50);
    pin(residency, 'a', 60);
    expect(() => pin(residency, 'b', 41)).toThrow(expect.objectContaining({ code: 'ENGINE.PINS_EXCEEDED', details: expect.objectContaining({ pinnedBytes: 60 }) }));
    pin(residency, 'b', 1);
    expect(() => pin(residency, 'c', 1)).toThrow(expect.objectContaining({ code: 'ENGINE.PINS_EXCEEDED' }));
    expect(residency.isPinned('c')).toBe(false);
  });
});

describe('Residency, turns', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('has busy runners give way to who has waited for a turn, those that are here longest first', async () => {
    const { residency, loaded, asking } = setup(9, 100);
    const [first, second] = [await loaded('a', 50, { evictable: false, usedAtMs: 9 }), await loaded('b', 50, { evictable: false, usedAtMs: 1 })];
    const next = await asking('next', 40);
    jest.advanceTimersByTime(TURN_MS - 1);
    expect([first.ends, second.ends]).toEqual([[], []]);
    jest.advanceTimersByTime(1);
    expect([first.ends, second.ends]).toEqual([['retired'], []]);
    residency.leave(first);
    await settled();
    expect(next.admitted).toBe(true);
  });

  it('serves a large model before small ones that came later', async () => {
    const { residency, loaded, asking } = setup(9, 100);
    const busy = await loaded('busy', 60, { evictable: false });
    const [large, small] = [await asking('large', 90), await asking('small', 10)];
    expect([large.admitted, small.admitted]).toEqual([false, false]);
    jest.advanceTimersByTime(TURN_MS);
    residency.leave(busy);
    await settled();
    expect([large.admitted, small.admitted]).toEqual([true, true]);
  });
});
