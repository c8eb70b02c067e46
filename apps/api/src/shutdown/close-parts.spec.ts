import { describe, expect, it } from '@jest/globals';
import { closeParts, type Part } from './close-parts.js';

function setup() {
  const closed: string[] = [];
  const lines: object[] = [];
  const part = (name: string, close: () => Promise<unknown> = async () => undefined): Part => ({
    name,
    close: async () => {
      await close();
      closed.push(name);
    },
  });
  return { closed, lines, part, options: { deadlineMs: 50, log: { error: (fields: object) => void lines.push(fields) } } };
}

const never = () => new Promise<never>(() => undefined);

describe('closeParts', () => {
  it('closes one after another, and has nothing to say', async () => {
    const { closed, lines, part, options } = setup();
    expect(await closeParts([part('first', () => new Promise((later) => setTimeout(later, 20))), part('second')], options)).toEqual([]);
    expect([closed, lines]).toEqual([['first', 'second'], []]);
  });

  it('is not held by a part that never ends, names it with what it waits for, and closes the others', async () => {
    const { closed, lines, part, options } = setup();
    const startedAtMs = performance.now();
    const hanging = { ...part('the application', never), waitsFor: () => ['Metering.onApplicationShutdown'] };
    expect(await closeParts([part('first'), hanging, part('last')], options)).toEqual(['the application']);
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    expect(closed).toEqual(['first', 'last']);
    expect(lines).toEqual([expect.objectContaining({ part: 'the application', waitsFor: ['Metering.onApplicationShutdown'], endedLate: false })]);
  });

  it('has a part let go of what holds it, and then waits for its end', async () => {
    const { closed, lines, part, options } = setup();
    let free = () => {};
    const held = part('held', () => new Promise<void>((resolve) => (free = resolve)));
    expect(await closeParts([{ ...held, letGo: () => free() }, part('last')], options)).toEqual(['held']);
    expect(closed).toEqual(['held', 'last']);
    expect(lines).toEqual([expect.objectContaining({ part: 'held', endedLate: true })]);
  });

  it('goes on behind a part that fails', async () => {
    const { closed, lines, part, options } = setup();
    const failure = new TypeError('no');
    expect(await closeParts([part('broken', () => Promise.reject(failure)), part('last')], options)).toEqual(['broken']);
    expect([closed, lines]).toEqual([['last'], [{ part: 'broken', err: failure }]]);
  });
});
