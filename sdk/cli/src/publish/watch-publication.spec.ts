import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from '@steelyard/client';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { PublicationEvent } from './publication.js';
import { watchPublication } from './watch-publication.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const event = (seq: number): PublicationEvent => ({ seq, stage: 'LOADED', status: 'SUCCEEDED', message: `event ${seq}`, detail: null });

/** Answers the query for a publication: `answers` one after the other, the last again and again; `undefined` is a failure. */
async function serve(answers: readonly ({ status: string; events: PublicationEvent[] } | undefined)[]) {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      if (!answer) return void response.destroy();
      response.end(JSON.stringify({ data: { publication: { id: 'p', model: 'm', version: '1.0.0', digest: null, dryRun: false, error: null, ...answer } } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, asked: () => asked, connected: { url, apiKey: 'key-1', client: createClient({ baseUrl: url, apiKey: 'key-1' }) } };
}

describe('watchPublication', () => {
  it('asks where no WebSocket gets through, and tells each event once', async () => {
    const { connected } = await serve([{ status: 'RUNNING', events: [event(1)] }, undefined, { status: 'RUNNING', events: [event(1), event(2)] }, { status: 'FAILED', events: [event(1), event(2), event(3)] }]);
    const told: number[] = [];
    const publication = await watchPublication(connected, 'p', { pollMs: 2, onEvent: ({ seq }) => told.push(seq) });
    expect(publication).toMatchObject({ id: 'p', status: 'FAILED' });
    expect(told).toEqual([1, 2, 3]);
  });

  it('takes events from the subscription as they come and asks for the outcome once it is over', async () => {
    const { server, connected, asked } = await serve([{ status: 'SUCCEEDED', events: [event(1), event(2)] }]);
    const schema = buildSchema('type Query { a: Int } type E { seq: Int! stage: String! status: String! message: String! detail: String } type Subscription { publishProgress(id: ID!): E }');
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    const authorizations: unknown[] = [];
    const disposable = useServer(
      {
        schema,
        roots: { subscription: { publishProgress: async function* ({ id }: { id: string }) { yield { publishProgress: event(1) }; yield { publishProgress: { ...event(2), message: id } }; } } },
        onConnect: ({ connectionParams }) => void authorizations.push(connectionParams?.['authorization']),
      },
      sockets,
    );
    closing.unshift(async () => disposable.dispose());
    const told: PublicationEvent[] = [];
    // Were the subscription not heard, this would wait for an hour.
    await watchPublication(connected, 'p-7', { pollMs: 3_600_000, onEvent: (one) => told.push(one) });
    expect(told.map(({ seq, message }) => [seq, message])).toEqual([[1, 'event 1'], [2, 'p-7']]);
    expect(asked()).toBe(1);
    expect(authorizations).toEqual(['Bearer key-1']);
  });

  it('says when it has lost sight of it', async () => {
    const { connected } = await serve([undefined]);
    await expect(watchPublication(connected, 'p', { pollMs: 1, onEvent: () => undefined })).rejects.toMatchObject({ code: 'CLI.PUBLICATION_LOST' });
  });
});
