import { describe, expect, it } from '@jest/globals';
import { Residency, type Resident } from './residency.js';

class FakeResident implements Resident {
  evictable = true;
  evictions: string[] = [];

  constructor(
    readonly usedAtMs: number,
    private readonly residency: () => Residency<FakeResident>,
  ) {}

  evict(reason: string): void {
    this.evictions.push(reason);
    this.evictable = false;
    this.residency().leave(this);
  }
}

function setup(maxRunners: number) {
  const residency = new Residency<FakeResident>(maxRunners);
  return { residency, resident: (usedAtMs: number) => new FakeResident(usedAtMs, () => residency) };
}

describe('Residency', () => {
  it('ends the least recently used idle runner to let another in', async () => {
    const { residency, resident } = setup(2);
    const [older, newer, next] = [resident(1), resident(2), resident(3)];
    await Promise.all([residency.admit(newer), residency.admit(older)]);
    await residency.admit(next);
    expect([older.evictions, newer.evictions]).toEqual([['evicted'], []]);
  });

  it('waits for the busy ones', async () => {
    const { residency, resident } = setup(1);
    const busy = resident(1);
    busy.evictable = false;
    await residency.admit(busy);
    let admitted = false;
    const waiting = residency.admit(resident(2)).then(() => (admitted = true));
    await Promise.resolve();
    expect(admitted).toBe(false);
    busy.evictable = true;
    residency.makeRoom();
    await waiting;
    expect(busy.evictions).toEqual(['evicted']);
  });

  it('ends those that were not used for long', async () => {
    const { residency, resident } = setup(5);
    const [old, recent] = [resident(1), resident(10)];
    await Promise.all([residency.admit(old), residency.admit(recent)]);
    residency.evictIdle(5);
    expect([old.evictions, recent.evictions]).toEqual([['idle'], []]);
  });
});
