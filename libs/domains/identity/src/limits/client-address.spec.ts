import { describe, expect, it } from '@jest/globals';
import { clientAddress } from './client-address.js';

const addressOf = (remoteAddress: string, { forwarded, hops = 0 }: { forwarded?: string | string[]; hops?: number } = {}) =>
  clientAddress({ req: { headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } } }, hops);

describe('the address that limits count', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:DB8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
  ])('takes %s as %s', (address, expected) => {
    expect(addressOf(address)).toBe(expected);
  });

  it('is the same for all of one network of IPv6, and another for the next', () => {
    expect(addressOf('2001:db8:1:2:aaaa::1')).toBe(addressOf('2001:db8:1:2:bbbb:c:d:e'));
    expect(addressOf('2001:db8:1:2::1')).not.toBe(addressOf('2001:db8:1:3::1'));
  });

  it('believes X-Forwarded-For as far as our own proxies wrote it, and no further', () => {
    const forwarded = '198.51.100.66, 203.0.113.5, 10.0.0.2';
    expect(addressOf('10.0.0.1', { forwarded })).toBe('10.0.0.1');
    expect(addressOf('10.0.0.1', { forwarded, hops: 1 })).toBe('10.0.0.2');
    expect(addressOf('10.0.0.1', { forwarded, hops: 2 })).toBe('203.0.113.5');
    expect(addressOf('10.0.0.1', { forwarded: ['198.51.100.66', '203.0.113.5, 10.0.0.2'], hops: 2 })).toBe('203.0.113.5');
    expect(addressOf('10.0.0.1', { forwarded: '203.0.113.5', hops: 2 })).toBe('203.0.113.5');
    expect(addressOf('10.0.0.1', { hops: 2 })).toBe('10.0.0.1');
    expect(addressOf('10.0.0.1', { forwarded: ' , ', hops: 1 })).toBe('10.0.0.1');
  });

  it('keeps no text of any length that a stranger sends', () => {
    expect(addressOf('10.0.0.1', { forwarded: 'x'.repeat(10_000), hops: 1 })).toHaveLength(64);
  });
});
