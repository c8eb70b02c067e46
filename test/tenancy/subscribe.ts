import { WebSocket } from 'ws';

export interface SubscriptionAnswer {
  readonly events: readonly Record<string, unknown>[];
  readonly errors: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[] | undefined;
}

/** Runs one subscription by `graphql-transport-ws`, to its end; with `forMs` no longer than that, with `forEvents` no further than so many. */
export async function subscribe(
  url: string,
  key: string | undefined,
  { forMs, forEvents = Infinity, ...operation }: { query: string; variables?: object; forMs?: number | undefined; forEvents?: number },
): Promise<SubscriptionAnswer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  const events: Record<string, unknown>[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((done, failed) => {
      socket.once('error', failed);
      if (forMs !== undefined) timer = setTimeout(() => done({ events, errors: undefined }), forMs);
      socket.once('close', (code: number) => failed(new Error(`the server closed the connection with ${code}`)));
      socket.once('open', () => send({ type: 'connection_init', payload: key === undefined ? {} : { authorization: `Bearer ${key}` } }));
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string; payload: { data: Record<string, unknown> } & SubscriptionAnswer['errors'] };
        if (message.type === 'connection_ack') send({ type: 'subscribe', id: '1', payload: operation });
        if (message.type === 'next' && events.push(message.payload.data) >= forEvents) done({ events, errors: undefined });
        if (message.type === 'error') done({ events, errors: message.payload });
        if (message.type === 'complete') done({ events, errors: undefined });
      });
    });
  } finally {
    clearTimeout(timer);
    socket.removeAllListeners('close');
    socket.close();
  }
}
