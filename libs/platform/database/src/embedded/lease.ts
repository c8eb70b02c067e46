import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { SUPERUSER } from './data-folder.js';
import { onProcessEnd } from './process-end.js';
import { startEmbedded, stopEmbedded, type EmbeddedOptions, type EmbeddedServer } from './server.js';

/** The advisory lock, in the database `postgres`, that every process using the server shares. */
const LEASE_LOCK = 72_707_370;

/**
 * The use of an embedded server by this process, which keeps it up: when the server dies (killed for memory, say) it is
 * started again at the same address. A process that is killed gives up its part with its connection, and the server that it
 * leaves behind is found by the next start.
 */
export class Lease {
  #released = false;
  #repair: Promise<void> = Promise.resolve();
  readonly #forget: () => void;

  private constructor(
    private readonly options: EmbeddedOptions,
    private held: { server: EmbeddedServer; client: pg.Client },
  ) {
    this.#watch();
    // A smart shutdown: the server ends once the last process has gone.
    this.#forget = onProcessEnd(() => signalQuietly(this.held.server.pid));
  }

  /** Starts or joins the server of `options.dataDir`. Throws as `startEmbedded` does. */
  static async take(options: EmbeddedOptions): Promise<Lease> {
    return new Lease(options, await joinServer(options));
  }

  get server(): EmbeddedServer {
    return this.held.server;
  }

  /** Ends the use; whoever does so last stops the server. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#repair;
    this.#forget();
    const last = await isLast(this.held.client);
    if (last) await stopEmbedded(this.server);
    await this.held.client.end().catch(() => undefined);
  }

  #watch(): void {
    this.held.client.once('end', () => {
      if (!this.#released) this.#repair = this.#startAgain();
    });
  }

  async #startAgain(): Promise<void> {
    this.options.log?.warn({ dataDir: this.options.dataDir }, 'the embedded PostgreSQL is gone; starting it again');
    for (let delayMs = 50; !this.#released; delayMs = Math.min(delayMs * 2, 5_000)) {
      try {
        this.held = await joinServer(this.options);
        this.#watch();
        return;
      } catch (error) {
        this.options.log?.warn({ error }, 'the embedded PostgreSQL did not start');
        await pause(delayMs);
      }
    }
  }
}

async function joinServer(options: EmbeddedOptions): Promise<{ server: EmbeddedServer; client: pg.Client }> {
  for (;;) {
    const server = await startEmbedded(options);
    const client = new pg.Client({ host: server.socketDir, user: SUPERUSER, database: 'postgres' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock_shared($1)', [LEASE_LOCK]);
      return { server, client };
    } catch {
      // The last other user stopped it between our finding it and our joining it.
      await client.end().catch(() => undefined);
      await pause(20);
    }
  }
}

async function isLast(client: pg.Client): Promise<boolean> {
  try {
    await client.query('SELECT pg_advisory_unlock_shared($1)', [LEASE_LOCK]);
    const { rows } = await client.query<{ alone: boolean }>('SELECT pg_try_advisory_lock($1) AS alone', [LEASE_LOCK]);
    return rows[0]!.alone;
  } catch {
    // It is down already.
    return false;
  }
}

function signalQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has gone before us.
  }
}
