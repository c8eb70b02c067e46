import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createCappedServer, DEFAULT_CAPS, type RequestCaps } from './capped-server.js';

let server: Server;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const held: ServerResponse[] = [];

/** Rejects for a body that is cut off half-way. */
async function countBytes(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).length;
  return bytes;
}

/** Answers with how many bytes of body came; a path of /hold not at all. */
async function listen(caps: Partial<RequestCaps>): Promise<void> {
  held.length = 0;
  server = createCappedServer({}, { ...DEFAULT_CAPS, ...caps }, (request, response) => {
    if (request.url === '/hold') held.push(response);
    else void countBytes(request).then((bytes) => response.end(`got ${bytes}`), () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** A connection, and all that has come over it. */
function open(): { socket: Socket; read: () => string; closed: Promise<unknown> } {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  return { socket, read: () => text, closed: once(socket, 'close') };
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await pause(5);
};

const statusIn = (text: string) => /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];

describe('a request', () => {
  it('whose head does not end is cut off', async () => {
    await listen({ receiveMs: 200 });
    const { socket, closed } = open();
    const trickle = setInterval(() => socket.write('x'), 20);
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nx-slow: ');
    await closed;
    clearInterval(trickle);
  });

  it('that is never begun does not keep its connection', async () => {
    await listen({ receiveMs: 200 });
    await open().closed;
  });

  it('whose body trickles is told so and cut off, while one that comes at a fair pace may take longer', async () => {
    await listen({ receiveMs: 300 });
    const [slow, fair] = [open(), open()];
    slow.socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n');
    fair.socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 20000\r\n\r\n');
    const trickle = setInterval(() => slow.socket.write('x'), 30);
    const steady = (async () => {
      for (let part = 0; part < 20; part += 1) {
        fair.socket.write('x'.repeat(1_000));
        await pause(40);
      }
    })();
    await slow.closed;
    clearInterval(trickle);
    expect(statusIn(slow.read())).toBe('408');
    expect(slow.read()).toContain('HTTP.BODY_TOO_SLOW');
    await steady;
    await until(() => fair.read() !== '');
    expect(fair.read()).toMatch(/^HTTP\/1\.1 200[^]*got 20000/);
  });

  it('that waits for its answer is not cut off, however long it waits', async () => {
    await listen({ receiveMs: 100 });
    const { socket, read } = open();
    socket.write('POST /hold HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}');
    await until(() => held.length === 1);
    await pause(400);
    held[0]!.end('late');
    await until(() => read() !== '');
    expect(read()).toMatch(/^HTTP\/1\.1 200[^]*late/);
  });

  it('with too large a head is refused, and with too many headers', async () => {
    await listen({ headerBytes: 2_000, headersMax: 10 });
    const [large, many, fine] = [open(), open(), open()];
    large.socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(3_000)}\r\n\r\n`);
    many.socket.write(`GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(10)}\r\n`);
    fine.socket.write(`GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(9)}\r\n`);
    await Promise.all([large.closed, many.closed, until(() => fine.read() !== '')]);
    expect([large, many, fine].map(({ read }) => statusIn(read()))).toEqual(['431', '431', '200']);
    expect(many.read()).toContain('HTTP.HEADERS_TOO_MANY');
  });
});

describe('a connection', () => {
  it('has so many requests ahead of their answers and no more', async () => {
    await listen({ pipelinedMax: 3 });
    const { socket, read, closed } = open();
    socket.write('GET /hold HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(5));
    await until(() => held.length === 3);
    for (const response of held) response.end('held');
    await closed;
    expect(read().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 429']);
    expect(read()).toContain('HTTP.PIPELINED_TOO_MANY');
  });

  it('may have any number of requests one after the other', async () => {
    await listen({ pipelinedMax: 1 });
    const { socket, read } = open();
    for (let n = 1; n <= 10; n += 1) {
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      await until(() => read().match(/got 0/g)?.length === n);
    }
  });

  it('is one of so many', async () => {
    await listen({ connectionsMax: 2 });
    const kept = [open(), open()];
    for (const { socket } of kept) await once(socket, 'connect');
    await open().closed;
    for (const { socket } of kept) socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(() => kept.every(({ read }) => statusIn(read()) === '200'));
  });
});
