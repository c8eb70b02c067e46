import { beforeEach, describe, expect, it } from '@jest/globals';
import { AddressTests } from './address-tests.js';

describe('tests of addresses', () => {
  let tests: AddressTests;
  let nowMs: number;
  beforeEach(() => {
    tests = new AddressTests();
    nowMs = 0;
    tests.clock = { nowMs: () => nowMs };
  });

  const done = () => Promise.resolve('done');
  const limited = expect.objectContaining({ code: 'HTTP.ADDRESS_TESTS_LIMITED', kind: 'rate-limited' });

  it('are two of an organization at a time, whatever becomes of them, and hold no other', async () => {
    let [fail, answer] = [(_why: Error) => {}, (_what: string) => {}];
    const running = [
      tests.run('acme', () => new Promise<string>((_resolve, reject) => (fail = reject))),
      tests.run('acme', () => new Promise<string>((resolve) => (answer = resolve))),
    ];
    await expect(tests.run('acme', done)).rejects.toThrow('2 tests of addresses that have no answer yet');
    expect(await tests.run('other', done)).toBe('done');
    fail(new Error('no answer'));
    await expect(running[0]).rejects.toThrow('no answer');
    expect(await tests.run('acme', done)).toBe('done');
    answer('late');
    expect(await running[1]).toBe('late');
  });

  it('are ten of an organization within a minute; those that were refused do not count', async () => {
    for (let n = 0; n < 10; n += 1) {
      expect(await tests.run('acme', done)).toBe('done');
      nowMs += 1_000;
    }
    for (let n = 0; n < 3; n += 1) await expect(tests.run('acme', done)).rejects.toEqual(limited);
    await expect(tests.run('acme', done)).rejects.toMatchObject({ details: { retryAfterMs: 50_000 } });
    nowMs = 60_000;
    expect(await tests.run('acme', done)).toBe('done');
    await expect(tests.run('acme', done)).rejects.toEqual(limited);
  });

  it('are remembered for a minute', async () => {
    for (let n = 0; n < 1_000; n += 1) await tests.run(`organization-${n}`, done);
    expect(tests.size).toBe(1_000);
    nowMs = 60_000;
    await tests.run('acme', done);
    expect(tests.size).toBe(1);
  });
});
