import { createServer, type Server } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OutgoingPolicy } from './outgoing-address.js';
import { postOutgoing, type Resolve } from './post.js';
import { isPrivateAddress } from './private-address.js';

const STRICT: OutgoingPolicy = { privateAddresses: false, localhost: false };

/** IPv4 addresses that only somebody within should reach: this machine, private networks, carrier-grade NAT, link-local with the metadata of clouds, and the rest. */
const WITHIN_4 = [
  '127.0.0.1', '127.255.255.254', '127.1.2.3', '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255',
  '100.64.0.1', '100.127.255.255', '100.100.100.200', '169.254.0.1', '169.254.169.254', '169.254.170.2', '168.63.129.16', '192.0.0.192', '192.0.2.1', '192.88.99.1',
  '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255',
];

/** All the ways to write an IPv4 address that URL parsers, resolvers or people take for one. */
function spellingsOf(address: string): string[] {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  const number = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const hex = (value: number, digits = 0) => value.toString(16).padStart(digits, '0');
  const [high, low] = [hex(a * 256 + b, 4), hex(c * 256 + d, 4)];
  const octal = (value: number) => `0${value.toString(8)}`;
  return [
    address, String(number), `0x${hex(number, 8)}`, octal(number),
    `0x${hex(a)}.0x${hex(b)}.0x${hex(c)}.0x${hex(d)}`, [a, b, c, d].map(octal).join('.'), `${a}.${b}.${c * 256 + d}`, `${a}.${b * 65_536 + c * 256 + d}`, `0x${hex(a)}.${octal(b)}.${c}.${d}`,
    `${address}.`, `%${hex(address.charCodeAt(0), 2)}${address.slice(1)}`, address.replaceAll('.', '。'), address.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    `[::ffff:${address}]`, `[::ffff:${high}:${low}]`, `[0:0:0:0:0:ffff:${high}:${low}]`, `[::${address}]`, `[::ffff:0:${address}]`,
    `[64:ff9b::${high}:${low}]`, `[64:ff9b::${address}]`, `[64:ff9b:1::${high}:${low}]`, `[2002:${high}:${low}::]`, `[2002:${high}:${low}::1]`,
    `[2001:0:${high}:${low}:0:0:0:0]`, `[2001:0:4136:e378:8000:63bf:${hex(0xffff - Number.parseInt(high, 16), 4)}:${hex(0xffff - Number.parseInt(low, 16), 4)}]`,
    `[fe80::5efe:${high}:${low}]`,
  ];
}

/** What else leads within: by name, by a zone, by IPv6 itself. */
const OTHERS = [
  'localhost', 'localhost.', 'LOCALHOST', 'localhost:80', 'ｌｏｃａｌｈｏｓｔ', 'foo.localhost', 'foo.localhost.', 'localhost.localdomain', 'ip6-localhost', 'metadata.google.internal', 'metadata.google.internal.',
  '[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::1%25lo]', '[fe80::1]', '[fe80::1%25eth0]', '[fe80::1%eth0]', '[fec0::1]', '[fc00::1]', '[fd00:ec2::254]', '[fd12:3456::1]', '[ff02::1]',
  '[100::1]', '[2001:db8::1]', '[2001:2::1]', '[2001:10::1]', '[2001:20::1]', '[3fff::1]', '[5f00::1]', '0', '0x7f.1', '127.1', '127.0.1', '1.1.1.1@127.0.0.1', '127.0.0.1#@example.org', 'example.org@[::1]',
];

/** Names that only the operator's resolver knows lead within, as any resolver would say it. */
const resolveWithin: Resolve = (_host, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }]);

describe('addresses that are made to lead within', () => {
  let server: Server;
  let port: number;
  let reached = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => void ((reached += 1), response.end()));
    await new Promise<void>((listening) => server.listen(0, '::', listening));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((closed) => void (server.closeAllConnections(), server.close(closed))));

  const post = (address: string, resolve: Resolve = resolveWithin) => postOutgoing(address, { headers: {}, body: '{}', policy: STRICT, timeoutMs: 2_000, resolve });

  it('lead nowhere, however they are written', async () => {
    const hosts = [...WITHIN_4.flatMap(spellingsOf), ...OTHERS];
    const leaks: string[] = [];
    let tried = 0;
    for (const host of hosts) {
      for (const address of [`https://${host}:${port}/`, `https://${host}/`, `http://${host}:${port}/`, `https:\\\\${host}:${port}/`]) {
        tried += 1;
        const answer = await post(address);
        if (!('problem' in answer) || /cannot be reached|no answer/i.test(answer.problem)) leaks.push(address);
      }
    }
    process.stdout.write(`addresses tried: ${tried}, of ${hosts.length} hosts; leaks: ${leaks.length}\n`);
    expect(leaks).toEqual([]);
    expect(reached).toBe(0);
    expect(tried).toBeGreaterThan(3_000);
  });

  it('are told wherever a resolver says them', () => {
    const forms = WITHIN_4.flatMap(spellingsOf).map((host) => host.replace(/^\[|\]$/g, ''));
    const addresses = forms.filter((form) => isIP(form) !== 0);
    expect(addresses.length).toBeGreaterThan(300);
    expect(addresses.filter((address) => !isPrivateAddress(address))).toEqual([]);
  });

  it('lead nowhere when a name has one of them among public ones, or moves to it', async () => {
    const within = fc.constantFrom(...WITHIN_4, '::1', 'fe80::1', 'fd00:ec2::254', '::ffff:10.0.0.1', '64:ff9b::a00:1');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('93.184.216.34', '2606:4700::1111'), { maxLength: 3 }), within, fc.nat(3), async (outside, inside, place) => {
        const addresses = [...outside.slice(0, place), inside, ...outside.slice(place)].map((address) => ({ address, family: isIP(address) }));
        const answer = await post('https://hook.example/', (_host, answered) => answered(null, addresses));
        expect(answer).toEqual({ problem: `hook.example is at ${inside}, which is not a public address` });
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(reached).toBe(0);
  });
});
