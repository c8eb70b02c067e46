import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { OpenRequests } from './open-requests.js';

let server: Server;
let requests: OpenRequests;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  requests.endAll();
});

async function listen(listener: RequestListener): Promise<void> {
  server = createServer(listener);
  requests = new OpenRequests(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
}

/** A client that sends this and waits. */
async function client(text: string): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
  socket.write(text);
  return socket;
}

const closed = () => new Promise((resolve) => server.close(resolve));
const turn = () => new Promise((later) => setTimeout(later, 100));

describe('OpenRequests', () => {
  it.each([
    ['has sent nothing', ''],
    ['has sent half of a request', 'POST /x HTTP/1.1\r\nhost: x\r\nconten'],
  ])('lets a server close beside a connection that %s', async (_what, text) => {
    await listen((_request, response) => response.end());
    await client(text);
    await turn();
    requests.endIdle();
    await closed();
  });

  it('lets what is being answered end first', async () => {
    await listen((_request, response) => void setTimeout(() => response.end('done'), 300));
    const socket = await client('GET /slow?key=1 HTTP/1.1\r\nhost: x\r\n\r\n');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += String(chunk)));
    const ended = once(socket, 'close');
    await turn();
    expect(requests.names).toEqual(['GET /slow']);
    requests.endIdle();
    await Promise.all([closed(), ended]);
    expect(text).toContain('done');
    expect(requests.names).toEqual([]);
  });

  it('ends what is never answered when it is told to', async () => {
    await listen(() => undefined);
    await client('GET /never HTTP/1.1\r\nhost: x\r\n\r\n');
    await turn();
    requests.endIdle();
    const closing = closed();
    await turn();
    expect(requests.names).toEqual(['GET /never']);
    requests.endAll();
    await closing;
  });
});
