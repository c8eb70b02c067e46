import { describe, expect, it } from '@jest/globals';
import { PublicationQueue } from './publication-queue.js';

function work() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let started = false;
  return { run: () => ((started = true), ended), end: () => end(), isStarted: () => started };
}

describe('PublicationQueue', () => {
  it('runs so many at once, others in order, and says how many are ahead', async () => {
    const queue = new PublicationQueue(2);
    const works = [work(), work(), work(), work()];
    const ahead = works.map(({ run }) => {
      const before = queue.aheadOf('acme');
      queue.add('acme', run);
      return before;
    });
    expect(ahead).toEqual([0, 0, 1, 2]);
    expect(works.map(({ isStarted }) => isStarted())).toEqual([true, true, false, false]);
    works[1]!.end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(works.map(({ isStarted }) => isStarted())).toEqual([true, true, true, false]);
    for (const { end } of works) end();
    await queue.idle();
    expect(works[3]!.isStarted()).toBe(true);
  });

  it('runs one of an organization while others wait, and takes the next in turn', async () => {
    const queue = new PublicationQueue(2);
    const started: string[] = [];
    const ends: (() => void)[] = [];
    const add = (name: string): void => {
      const { run, end } = work();
      queue.add(name.slice(0, -1), () => (started.push(name), ends.push(end), run()));
    };
    for (let index = 0; index < 6; index += 1) add(`acme${index}`);
    expect([queue.waitingOf('acme'), queue.aheadOf('acme'), queue.aheadOf('globex')]).toEqual([4, 5, 2]);
    for (const name of ['globex0', 'globex1', 'initech0']) add(name);
    expect([queue.aheadOf('globex'), queue.aheadOf('initech')]).toEqual([7, 6]);
    for (let index = 0; index < 9; index += 1) {
      ends[index]!();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await queue.idle();
    expect(started).toEqual(['acme0', 'acme1', 'globex0', 'acme2', 'initech0', 'globex1', 'acme3', 'acme4', 'acme5']);
  });

  it('starts nothing once it is closed, and waits no longer than it was told', async () => {
    const queue = new PublicationQueue(1);
    const [running, waiting, late] = [work(), work(), work()];
    queue.add('acme', running.run);
    queue.add('acme', waiting.run);
    await queue.close(1);
    queue.add('acme', late.run);
    running.end();
    await queue.idle();
    expect([waiting.isStarted(), late.isStarted()]).toEqual([false, false]);
  });
});
