import { WebSocket } from 'ws';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket on which nothing has been said yet. */
export async function openSocket(address: string, headers: Record<string, string> = {}, protocol = 'graphql-transport-ws'): Promise<WebSocket> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, protocol, { headers });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

/** A client just large enough; of `graphql-transport-ws`, unless it sends the messages of the older protocol itself. */
export async function socketClient(address: string, init: object | undefined, headers: Record<string, string> = {}, protocol?: string) {
  const socket = await openSocket(address, headers, protocol);
  const messages: Message[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as Message);
    for (const wake of waiting.splice(0)) wake();
  });
  const send = (message: object) => socket.send(JSON.stringify(message));
  async function until(isLast: (message: Message) => boolean): Promise<Message[]> {
    for (;;) {
      const end = messages.findIndex(isLast);
      if (end >= 0) return messages.splice(0, end + 1).filter((message) => message.type !== 'ping' && message.type !== 'ka');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }
  send({ type: 'connection_init', payload: init });
  await until((message) => message.type === 'connection_ack');
  const subscribe = (id: string, query: string, variables?: object) => send({ type: 'subscribe', id, payload: { query, variables } });
  const finish = (id: string) => until((message) => message.id === id && (message.type === 'complete' || message.type === 'error'));
  return { socket, send, subscribe, finish, until };
}
