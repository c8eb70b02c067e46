import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseLog, ListenOptions } from './database.js';
import { databaseErrors } from './errors.js';

interface Subscription extends ListenOptions {
  readonly channel: string;
  readonly heard: (payload: string) => void;
}

const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 5_000;

/** One connection of its own for all that is listened to; made at the first need, and made again when it is lost. */
export class Listener {
  readonly #subscriptions = new Set<Subscription>();
  #client: Promise<pg.Client> | undefined;
  /** Resolves when a connection has ended and the next one is under way. */
  readonly #lost = new WeakMap<pg.Client, Promise<void>>();
  #closed = false;
  readonly #abort = new AbortController();

  constructor(
    private readonly config: pg.ClientConfig,
    private readonly log?: DatabaseLog,
  ) {}

  /** See `Database.listen`. */
  async listen(channel: string, heard: (payload: string) => void, options: ListenOptions = {}): Promise<() => Promise<void>> {
    if (this.#closed) throw databaseErrors.CLOSED({});
    const subscription: Subscription = { channel, heard, ...options };
    this.#subscriptions.add(subscription);
    try {
      await this.#begin(channel);
    } catch (error) {
      this.#subscriptions.delete(subscription);
      throw error;
    }
    return () => this.#stop(subscription);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscriptions.clear();
    this.#abort.abort();
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }

  async #begin(channel: string): Promise<void> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    const client = await this.#client;
    try {
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      if ((error as { severity?: string }).severity === 'ERROR') throw error;
      // Lost just now: the connection that follows listens to every channel that is subscribed to, this one too.
      await this.#lost.get(client);
      await this.#client;
    }
  }

  async #stop(subscription: Subscription): Promise<void> {
    if (!this.#subscriptions.delete(subscription) || this.#closed) return;
    for (const { channel } of this.#subscriptions) if (channel === subscription.channel) return;
    const client = await this.#client;
    // When the connection is lost there is nothing to take back.
    await client?.query(`UNLISTEN ${pg.escapeIdentifier(subscription.channel)}`).catch(() => undefined);
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.config);
    client.on('notification', ({ channel, payload }) => {
      for (const subscription of this.#subscriptions) if (subscription.channel === channel) subscription.heard(payload ?? '');
    });
    client.on('error', (error) => this.log?.warn({ error }, 'the connection that listens for notifications failed'));
    try {
      await client.connect();
      const channels = new Set([...this.#subscriptions].map(({ channel }) => channel));
      for (const channel of channels) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    const lost = new Promise<void>((resolve) => client.once('end', resolve));
    this.#lost.set(
      client,
      lost.then(() => {
        if (!this.#closed) this.#client = this.#reconnect();
      }),
    );
    return client;
  }

  async #reconnect(): Promise<pg.Client> {
    for (let delayMs = RETRY_MIN_MS; ; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
      await pause(delayMs * (0.5 + Math.random() / 2), undefined, { signal: this.#abort.signal }).catch(() => undefined);
      if (this.#closed) throw databaseErrors.CLOSED({});
      try {
        const client = await this.#connect();
        for (const { onGap } of this.#subscriptions) onGap?.();
        return client;
      } catch {
        // Not back yet.
      }
    }
  }
}
