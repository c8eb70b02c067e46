import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairQueue, type FairQueueOptions } from './fair-queue.js';

interface Item {
  tenantId: string;
  cost: number;
  bytes: number;
  settled: boolean;
  name: string;
}

const item = (tenantId: string, name: string, over: Partial<Item> = {}): Item => ({ tenantId, cost: 1, bytes: 1, settled: false, name, ...over });

const queueOf = (over: Partial<FairQueueOptions> = {}) =>
  new FairQueue<Item>({ quantum: 1, itemsPerTenant: 1_000, bytesPerTenant: 1_000_000, items: 10_000, bytes: 10_000_000, ...over });

function drain(queue: FairQueue<Item>): string[] {
  const names: string[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) names.push(next.name);
  return names;
}

describe('FairQueue', () => {
  it('serves a quiet tenant before a noisy one with 500 waiting', () => {
    const queue = queueOf();
    for (let i = 0; i < 500; i++) queue.push(item('noisy', `n${i}`));
    expect(queue.shift()?.name).toBe('n0');
    queue.push(item('quiet', 'q'));
    expect([queue.shift()?.name, queue.shift()?.name]).toEqual(['q', 'n1']);
  });

  it('gives a tenant that is new again and again no more than its share', () => {
    const queue = queueOf();
    for (let i = 0; i < 50; i++) queue.push(item('noisy', 'n'));
    const served = Array.from({ length: 30 }, (_, i) => {
      if (queue.sizeOf('quiet') === 0) queue.push(item('quiet', `q${i}`));
      return queue.shift()!.name[0];
    });
    expect(served.filter((name) => name === 'n')).toHaveLength(15);
  });

  it('lets many that are new keep an old one waiting for one turn of each', () => {
    const queue = queueOf();
    for (let i = 0; i < 50; i++) queue.push(item('noisy', 'n'));
    expect(queue.shift()?.name).toBe('n');
    const served = Array.from({ length: 60 }, () => {
      for (let tenant = 0; tenant < 9; tenant++) if (queue.sizeOf(`t${tenant}`) === 0) queue.push(item(`t${tenant}`, 't'));
      return queue.shift()!.name;
    });
    expect(served.filter((name) => name === 'n').length).toBeGreaterThanOrEqual(5);
  });

  it('keeps the order within a tenant and takes turns between tenants', () => {
    const queue = queueOf();
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) queue.push(item(name[0]!, name));
    expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('weighs turns by cost', () => {
    const queue = queueOf({ quantum: 2 });
    for (let i = 0; i < 4; i++) queue.push(item('dear', `d${i}`, { cost: 4 }));
    for (let i = 0; i < 8; i++) queue.push(item('cheap', `c${i}`));
    const first = drain(queue).slice(0, 9);
    expect(first.filter((name) => name.startsWith('c')).length).toBeGreaterThanOrEqual(6);
  });

  it('bounds each tenant by items and by bytes, and no other for it', () => {
    const queue = queueOf({ itemsPerTenant: 2, bytesPerTenant: 100 });
    expect([1, 2, 3].map((n) => queue.push(item('a', `a${n}`)))).toEqual([true, true, false]);
    expect(queue.push(item('b', 'b1', { bytes: 500 }))).toBe(true);
    expect(queue.push(item('b', 'b2', { bytes: 1 }))).toBe(false);
    queue.shift();
    expect(queue.push(item('a', 'a3'))).toBe(true);
  });

  it('bounds all tenants together, but lets one in that has nothing waiting, as long as there is room in bytes', () => {
    const queue = queueOf({ items: 3, bytes: 100 });
    for (const name of ['a1', 'a2', 'a3']) expect(queue.push(item('a', name))).toBe(true);
    expect(queue.push(item('a', 'a4'))).toBe(false);
    expect([queue.push(item('b', 'b1')), queue.push(item('b', 'b2'))]).toEqual([true, false]);
    expect(queue.push(item('c', 'c1', { bytes: 97 }))).toBe(false);
    queue.shift();
    expect(queue.push(item('c', 'c1', { bytes: 97 }))).toBe(true);
    expect(drain(queue)).toHaveLength(4);
    expect(queue.push(item('d', 'd1', { bytes: 1_000 }))).toBe(true);
  });

  it('serves a dear item of the only tenant at once', () => {
    const queue = queueOf();
    queue.push(item('a', 'dear', { cost: 1e9 }));
    queue.push(item('a', 'next'));
    expect(drain(queue)).toEqual(['dear', 'next']);
  });

  it('skips what was settled while it waited, gives its place back, and does not pile it up', () => {
    const queue = queueOf({ itemsPerTenant: 3 });
    for (let i = 0; i < 1_000; i++) {
      const gone = item('a', `gone${i}`);
      expect(queue.push(gone)).toBe(true);
      gone.settled = true;
      queue.forget(gone);
    }
    queue.push(item('a', 'kept'));
    expect(queue.size).toBe(1);
    expect(drain(queue)).toEqual(['kept']);
  });

  it('loses and repeats nothing, whatever happens in which order', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('push' as const), tenant: fc.constantFrom('a', 'b', 'c'), cost: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ do: fc.constant('shift' as const) }),
      fc.record({ do: fc.constant('settle' as const), which: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = queueOf({ quantum: 2 });
        const waiting = new Map<string, Item>();
        const shift = () => {
          const next = queue.shift();
          expect(next === undefined).toBe(waiting.size === 0);
          if (!next) return false;
          const [oldest] = [...waiting.values()].filter(({ tenantId }) => tenantId === next.tenantId);
          expect(next).toBe(oldest);
          return waiting.delete(next.name);
        };
        steps.forEach((s, i) => {
          if (s.do === 'push') {
            const pushed = item(s.tenant, String(i), { cost: s.cost });
            queue.push(pushed);
            waiting.set(pushed.name, pushed);
          } else if (s.do === 'shift') shift();
          else {
            const gone = [...waiting.values()][s.which % Math.max(waiting.size, 1)];
            if (!gone) return;
            gone.settled = true;
            queue.forget(gone);
            waiting.delete(gone.name);
          }
          expect(queue.size).toBe(waiting.size);
        });
        while (shift());
      }),
    );
  });
});
