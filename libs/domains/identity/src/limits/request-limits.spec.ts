import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId, type Arrival, type Caller } from '@steelyard/kernel';
import type { KnownKey } from '../keys/key-directory.js';
import { RequestLimits } from './request-limits.js';

const settings = { organizationRequestsPerMinute: 5, personRequestsPerMinute: 2, anonymousRequestsPerMinute: 3, failedRequestsPerMinute: 2, trustedProxyHops: 0 };

/** A request from an address, with the headers that its answer was given. */
function arrivalFrom(remoteAddress: string): Arrival & { headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  return { req: { headers: {}, socket: { remoteAddress } }, setHeader: (name, value) => (headers[name] = value), headers };
}

function keyOf(organizationId: string, limits: Partial<Pick<KnownKey, 'requestsPerMinute' | 'organizationRequestsPerMinute'>> = {}): KnownKey {
  const caller = { organizationId, actorId: newId() } as Caller;
  return { caller, requestsPerMinute: null, organizationRequestsPerMinute: null, ...limits } as KnownKey;
}

describe('limits of requests', () => {
  let limits: RequestLimits;
  let nowMs = 0;
  beforeEach(() => {
    limits = new RequestLimits(settings);
    limits.clock = { nowMs: () => nowMs };
  });

  /** How many of so many requests are let through. */
  function through(key: KnownKey, count: number): number {
    let done = 0;
    for (let n = 0; n < count; n += 1) {
      try {
        limits.countKey(key, arrivalFrom('192.0.2.1'));
        done += 1;
      } catch (error) {
        expect(error).toMatchObject({ code: 'IDENTITY.RATE_LIMITED', kind: 'rate-limited' });
      }
    }
    return done;
  }

  it('hold a key by its own limit and all keys of an organization by that of the organization', () => {
    const organizationId = newId();
    const limited = keyOf(organizationId, { requestsPerMinute: 2 });
    expect(through(limited, 4)).toBe(2);
    // What the key's own limit refused is not held against the organization: three of five are left.
    expect(through(keyOf(organizationId), 10)).toBe(3);
    expect(through(keyOf(newId()), 10)).toBe(5);
    expect(through(keyOf(newId(), { organizationRequestsPerMinute: 7 }), 10)).toBe(7);
    nowMs += 60_000;
    expect(through(limited, 4)).toBe(2);
  });

  it('hold somebody who is signed in, and nobody else for them', () => {
    const [ada, bo] = [newId(), newId()];
    const arrival = arrivalFrom('192.0.2.1');
    for (const personId of [ada, ada, bo]) limits.countPerson(personId, arrival);
    expect(() => limits.countPerson(ada, arrival)).toThrow('Who is signed in may send 2 requests in a minute');
    expect(arrival.headers).toMatchObject({ 'ratelimit-policy': '"person";q=2;w=60', 'retry-after': '30' });
    limits.countPerson(bo, arrival);
    limits.countPerson(ada, undefined);
  });

  it('tell in headers what is left, and when to come again', () => {
    const key = keyOf(newId(), { requestsPerMinute: 2 });
    const [first, second, third] = [arrivalFrom('a'), arrivalFrom('a'), arrivalFrom('a')];
    limits.countKey(key, first);
    expect(first.headers).toEqual({ 'ratelimit-policy': '"key";q=2;w=60, "organization";q=5;w=60', ratelimit: '"key";r=1;t=30, "organization";r=4;t=12' });
    limits.countKey(key, second);
    expect(() => limits.countKey(key, third)).toThrow('This API key may send 2 requests in a minute');
    expect(third.headers).toMatchObject({ ratelimit: '"key";r=0;t=60, "organization";r=3;t=24', 'retry-after': '30' });
  });

  it('count those who show nothing by their address', () => {
    for (let n = 0; n < 3; n += 1) limits.countAnonymous(arrivalFrom('2001:db8::1'));
    expect(() => limits.countAnonymous(arrivalFrom('2001:db8::2'))).toThrow('Your address may send 3 requests');
    expect(() => limits.countAnonymous(arrivalFrom('2001:db8:0:1::2'))).not.toThrow();
  });

  it('let an address try no other key after too many wrong ones, until time has passed', () => {
    const arrival = arrivalFrom('192.0.2.9');
    for (let n = 0; n < 2; n += 1) {
      limits.checkMayTry(arrival);
      limits.countFailure(arrival);
    }
    expect(() => limits.checkMayTry(arrival)).toThrow(expect.objectContaining({ code: 'IDENTITY.TRIES_USED_UP' }));
    expect(arrival.headers).toEqual({ 'retry-after': '30' });
    expect(() => limits.checkMayTry(arrivalFrom('192.0.2.10'))).not.toThrow();
    nowMs += 30_000;
    expect(() => limits.checkMayTry(arrival)).not.toThrow();
  });
});
