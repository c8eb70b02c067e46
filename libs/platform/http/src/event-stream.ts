import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

export interface EventStreamOptions {
  /** Said so often, so that nothing on the way takes the connection for dead. Default 15 s. */
  readonly heartbeatMs?: number | undefined;
  /** A reader that takes nothing for so long is gone. Default 30 s. */
  readonly stalledMs?: number | undefined;
}

const HEADERS: OutgoingHttpHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would collect events before it passes them on.
  'x-accel-buffering': 'no',
};

/** Server-sent events as in the WHATWG's HTML standard, section 9.2, with JSON as data. It begins with its construction. */
export class EventStream {
  readonly #heartbeat: NodeJS.Timeout;
  readonly #stalledMs: number;

  constructor(
    private readonly response: ServerResponse,
    headers: OutgoingHttpHeaders,
    { heartbeatMs = 15_000, stalledMs = 30_000 }: EventStreamOptions = {},
  ) {
    this.#stalledMs = stalledMs;
    response.writeHead(200, { ...headers, ...HEADERS });
    response.flushHeaders();
    this.#heartbeat = setInterval(() => response.writableNeedDrain || response.write(': \n\n'), heartbeatMs);
    this.#heartbeat.unref();
    response.once('close', () => clearInterval(this.#heartbeat));
  }

  /**
   * Resolves when the reader has room for more, or has gone: then the response is destroyed. What is sent to a reader that
   * has gone is lost.
   */
  send(event: string | undefined, data: unknown): Promise<void> {
    // JSON has no line breaks of its own, so it is one line of data.
    return this.sendText(JSON.stringify(data), event);
  }

  /** The same with a line of text as data. */
  async sendText(line: string, event?: string): Promise<void> {
    if (this.response.destroyed) return;
    const head = event === undefined ? '' : `event: ${event}\n`;
    if (!this.response.write(`${head}data: ${line}\n\n`)) await this.#drained();
  }

  end(): void {
    clearInterval(this.#heartbeat);
    if (!this.response.destroyed) this.response.end();
  }

  #drained(): Promise<void> {
    const { response } = this;
    return new Promise((resolve) => {
      const stalled = setTimeout(() => response.destroy(), this.#stalledMs);
      const go = () => {
        clearTimeout(stalled);
        response.off('drain', go);
        response.off('close', go);
        resolve();
      };
      response.once('drain', go);
      response.once('close', go);
    });
  }
}
