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
      const before = queue.ahead;
      queue.add(run);
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

  it('starts nothing once it is closed, and waits no longer than it was told', async () => {
    const queue = new PublicationQueue(1);
    const [running, waiting, late] = [work(), work(), work()];
    queue.add(running.run);
    queue.add(waiting.run);
    await queue.close(1);
    queue.add(late.run);
    running.end();
    await queue.idle();
    expect([waiting.isStarted(), late.isStarted()]).toEqual([false, false]);
  });
});
