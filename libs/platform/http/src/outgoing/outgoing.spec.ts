import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { outgoingProblem, type OutgoingPolicy } from './outgoing-address.js';
import { postOutgoing, type OutgoingRequest, type Resolve } from './post.js';
import { isPrivateAddress } from './private-address.js';

const STRICT: OutgoingPolicy = { privateAddresses: false, localhost: false };
const DEVELOPMENT: OutgoingPolicy = { privateAddresses: false, localhost: true };
const TRUSTING: OutgoingPolicy = { privateAddresses: true, localhost: false };

describe('addresses that tenants name', () => {
  it.each([
    '127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.100.100.200', '168.63.129.16', '0.0.0.0', '224.0.0.1', '255.255.255.255',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', 'fe80::1', 'fd00:ec2::254', 'ff02::1', '2002:7f00:1::', '2001:0:7f00:1::', 'no address',
  ])('are not public: %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['8.8.8.8', '172.32.0.1', '93.184.216.34', '2606:4700::1111'])('are public: %s', (address) => expect(isPrivateAddress(address)).toBe(false));

  it.each([
    ['http://example.com/', 'must begin with https://'],
    ['ftp://example.com/', 'must begin with https://'],
    ['example.com', 'is no address such as https://example.com/hook'],
    ['https://user:word@example.com/', 'must not hold a name or password'],
    ['https://localhost/', 'leads to this machine itself'],
    ['https://2130706433/', 'leads to 127.0.0.1, which is not a public address'],
    ['https://0x7f.1/', 'leads to 127.0.0.1, which is not a public address'],
    ['https://[::ffff:7f00:1]/', 'leads to ::ffff:7f00:1, which is not a public address'],
    ['https://169.254.169.254/latest', 'leads to 169.254.169.254, which is not a public address'],
  ])('are refused as text: %s', (address, problem) => expect(outgoingProblem(address, STRICT)).toBe(problem));

  it('may be of this machine in development, and of its network where the operator allows it', () => {
    expect(outgoingProblem('https://example.com/hook', STRICT)).toBeUndefined();
    expect(outgoingProblem(`https://example.com/${'a'.repeat(2_000)}`, STRICT)).toBe('is longer than 2000 characters');
    expect(outgoingProblem('http://localhost:1234/hook', DEVELOPMENT)).toBeUndefined();
    expect(outgoingProblem('http://10.0.0.1/hook', DEVELOPMENT)).toBe('must begin with https://');
    expect(outgoingProblem('https://10.0.0.1/hook', DEVELOPMENT)).toContain('not a public address');
    expect(outgoingProblem('https://10.0.0.1/hook', TRUSTING)).toBeUndefined();
    expect(outgoingProblem('http://10.0.0.1/hook', TRUSTING)).toBe('must begin with https://');
  });
});

describe('a request to such an address', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((closed) => (server.closeAllConnections(), server.close(closed)));
  });

  async function serve(listener: RequestListener): Promise<number> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return (server.address() as AddressInfo).port;
  }
  const post = (address: string, more: Partial<OutgoingRequest> = {}) => postOutgoing(address, { headers: {}, body: '{}', policy: DEVELOPMENT, timeoutMs: 2_000, ...more });
  /** Answers with one list of addresses after the other, as a name that is moved between two questions does. */
  const resolving = (...answers: string[][]): Resolve => (_host, answer) =>
    answer(null, (answers.shift() ?? []).map((address) => ({ address, family: isIP(address) })));

  it('brings headers and body, and tells the status alone', async () => {
    let got = '';
    const port = await serve((request, response) => {
      request.on('data', (chunk) => (got += `${String(request.headers['x-a'])} ${String(chunk)}`)).on('end', () => response.writeHead(202).end('x'.repeat(200_000)));
    });
    expect(await post(`http://localhost:${port}/`, { headers: { 'x-a': 'b' }, body: '{"a":"ü"}' })).toEqual({ status: 202 });
    expect(got).toBe('b {"a":"ü"}');
  });

  it('follows no redirect', async () => {
    let calls = 0;
    const port = await serve((_request, response) => void ((calls += 1), response.writeHead(302, { location: '/secret' }).end()));
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ status: 302 });
    expect(calls).toBe(1);
  });

  it('goes to no name that has an address within, be it one of many', async () => {
    for (const addresses of [['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['::ffff:169.254.169.254']]) {
      const answer = await post('https://hook.example/', { policy: STRICT, resolve: resolving(addresses) });
      expect(answer).toEqual({ problem: `hook.example is at ${addresses.at(-1)}, which is not a public address` });
    }
  });

  it('connects to what was checked, and does not ask for the name again', async () => {
    let calls = 0;
    const port = await serve((_request, response) => void ((calls += 1), response.end()));
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    expect(await post(`http://localhost:${port}/`, { resolve: resolving(...answers) })).toEqual({ status: 200 });
    expect(answers).toHaveLength(2);
    // The name has moved: the second request asks anew, and is refused.
    const moving = resolving(['127.0.0.1'], ['10.0.0.1']);
    expect(await post(`http://localhost:${port}/`, { resolve: moving })).toEqual({ status: 200 });
    expect(await post(`http://localhost:${port}/`, { resolve: moving })).toEqual({ problem: 'localhost is at 10.0.0.1, which is not a public address' });
    expect(calls).toBe(2);
  });

  it('says why it failed: no such name, nobody there, no answer in time, stopped', async () => {
    const failing: Resolve = (_host, answer) => answer(new Error('ENOTFOUND'));
    expect(await post('https://hook.example/', { resolve: failing })).toEqual({ problem: 'The name hook.example leads nowhere' });
    const port = await serve(() => undefined);
    expect(await post(`http://127.0.0.1:${port}/`, { timeoutMs: 100 })).toEqual({ problem: 'There was no answer within 0.1 s' });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    expect(await post(`http://127.0.0.1:${port}/`, { signal: stop.signal })).toEqual({ problem: 'This server stopped before there was an answer' });
    servers[0]!.closeAllConnections();
    await new Promise((closed) => servers.pop()!.close(closed));
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ problem: expect.stringContaining('ECONNREFUSED') });
  });

  it('fails, and does not wait for ever, when the answer would make another protocol of the connection', async () => {
    const port = await serve((request) => void request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'));
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ problem: 'It closed the connection without an answer' });
  });

  it('waits no longer than it may for a receiver that goes on saying that it goes on', async () => {
    const port = await serve((_request, response) => {
      const saying = setInterval(() => response.writeProcessing(), 10);
      response.on('close', () => clearInterval(saying));
    });
    expect(await post(`http://127.0.0.1:${port}/`, { timeoutMs: 100 })).toEqual({ problem: 'There was no answer within 0.1 s' });
  });
});
