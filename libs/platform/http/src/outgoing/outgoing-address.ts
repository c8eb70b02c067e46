import { isIP } from 'node:net';
import { isLoopbackAddress, isPrivateAddress } from './private-address.js';

/** Where requests that tenants ask for may go. Public addresses over https always. */
export interface OutgoingPolicy {
  /** Over https to addresses that are not public too: the operator trusts all tenants with its network. */
  readonly privateAddresses: boolean;
  /** To this machine by its local names, over http too: for development. */
  readonly localhost: boolean;
}

const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'];
const LENGTH_MAX = 2_000;

/** The host without the brackets of an IPv6 address. The parser has made one form of all ways to write an address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** What is wrong with an address as text, before any name is looked up; `undefined` where nothing is. */
export function outgoingProblem(text: string, policy: OutgoingPolicy): string | undefined {
  if (text.length > LENGTH_MAX) return `is longer than ${LENGTH_MAX} characters`;
  if (!URL.canParse(text)) return 'is no address such as https://example.com/hook';
  const url = new URL(text);
  const host = hostOf(url);
  const isLocal = LOCAL_NAMES.includes(host);
  if (url.username !== '' || url.password !== '') return 'must not hold a name or password';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal && policy.localhost)) return 'must begin with https://';
  if (isIP(host) !== 0 && !mayReach(host, host, policy)) return `leads to ${host}, which is not a public address`;
  return isLocal && !policy.localhost && !policy.privateAddresses ? 'leads to this machine itself' : undefined;
}

/** Whether a request to `host` may go to what it was resolved to. */
export function mayReach(address: string, host: string, policy: OutgoingPolicy): boolean {
  if (policy.privateAddresses || !isPrivateAddress(address)) return true;
  return policy.localhost && LOCAL_NAMES.includes(host) && isLoopbackAddress(address);
}
