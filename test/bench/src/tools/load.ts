import { connect, type Socket } from 'node:net';

export interface LoadOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn. */
  readonly bodies: readonly (string | Uint8Array)[];
  readonly inFlight: number;
  readonly forMs: number;
}

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

/**
 * Keeps `inFlight` requests on the way, over as many connections, for a while. Requests are laid out before and answers are read as
 * far as their status and length: a client of a framework's weight would take more of the two cores than what is measured.
 */
export async function load({ url, headers, bodies, inFlight, forMs }: LoadOptions): Promise<Load> {
  const target = new URL(url);
  const requests = bodies.map((body) => requestOf(target, headers, body));
  const latenciesMs: number[] = [];
  let failed = 0;
  let next = 0;
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    const connection = await Connection.open(target);
    while (performance.now() - startedAt < forMs) {
      const sentAt = performance.now();
      const status = await connection.ask(requests[next++ % requests.length]!);
      latenciesMs.push(performance.now() - sentAt);
      if (status !== 200) failed += 1;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  const seconds = (performance.now() - startedAt) / 1_000;
  const sorted = latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { perSecond: latenciesMs.length / seconds, p50Ms: percentile(0.5), p99Ms: percentile(0.99), failed };
}

function requestOf(target: URL, headers: Readonly<Record<string, string>>, content: string | Uint8Array): Buffer {
  const body = Buffer.from(content as string);
  const fields = { host: target.host, 'content-type': 'application/json', 'content-length': String(body.length), ...headers };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${target.pathname} HTTP/1.1\r\n${head.join('')}\r\n`), body]);
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /^content-length: *(\d+)/im;

/** One request at a time over one connection that is kept open. */
class Connection {
  #received: Buffer | undefined;
  /** Of the answer that is being read; known once its head is there. */
  #answer: { readonly status: number; readonly bytes: number } | undefined;
  #resolve: ((status: number) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('close', () => this.#reject?.(new Error('the connection was closed')));
    socket.on('error', (error) => this.#reject?.(error));
  }

  static open({ hostname, port }: URL): Promise<Connection> {
    return new Promise((opened, failed) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => opened(new Connection(socket)));
      socket.once('error', failed);
    });
  }

  ask(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.socket.write(request);
    });
  }

  close(): void {
    this.#reject = undefined;
    this.socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const received = this.#received ? Buffer.concat([this.#received, chunk]) : chunk;
    this.#received = received;
    this.#answer ??= readHead(received);
    if (!this.#answer || received.length < this.#answer.bytes) return;
    const { status } = this.#answer;
    this.#received = this.#answer = undefined;
    this.#resolve?.(status);
  }
}

function readHead(received: Buffer): { status: number; bytes: number } | undefined {
  const end = received.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const head = received.toString('latin1', 0, end);
  const length = LENGTH.exec(head)?.[1];
  if (length === undefined) throw new TypeError(`an answer does not say its length:\n${head}`);
  return { status: Number(head.slice(9, 12)), bytes: end + HEAD_END.length + Number(length) };
}
