import { isIPv6 } from 'node:net';
import type { Arrival } from '@steelyard/kernel';

/**
 * Who sent a request, as limits count it: an IPv4 address, or the first 64 bits of an IPv6 address, since whoever has one has all of those.
 * @param trustedHops how many proxies of ours a request passes. Each writes whom it heard it from at the end of `X-Forwarded-For`; what stands
 * further in front is the sender's own word.
 */
export function clientAddress({ req }: Pick<Arrival, 'req'>, trustedHops: number): string {
  const direct = req.socket.remoteAddress ?? '';
  return network((trustedHops > 0 ? forwardedFor(req.headers, trustedHops) : undefined) ?? direct);
}

function forwardedFor(headers: Arrival['req']['headers'], trustedHops: number): string | undefined {
  const said = headers['x-forwarded-for'];
  if (said === undefined) return undefined;
  const addresses = (typeof said === 'string' ? said : said.join(',')).split(',');
  // Fewer than there should be: the request came another way round, and the first is as far as our own proxies vouch.
  return addresses[Math.max(addresses.length - trustedHops, 0)]!.trim() || undefined;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const LENGTH_MAX = 64;

function network(text: string): string {
  const address = MAPPED.exec(text)?.[1] ?? text.slice(0, LENGTH_MAX);
  const [plain = ''] = address.split('%');
  return isIPv6(plain) ? `${firstGroups(plain).join(':')}::/64` : address;
}

/** The first four groups, with what `::` stands for. */
function firstGroups(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const groupsOf = (part: string) => part.split(':').filter((group) => group !== '');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  // An IPv4 address at the end takes the place of two groups.
  const length = before.length + after.length + (after.at(-1)?.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(8 - length, 0)).fill('0');
  return [...before, ...zeros, ...after].slice(0, 4).map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}
