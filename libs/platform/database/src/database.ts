import type { Pool } from 'pg';
import type { Prisma } from './generated/client.js';

/** What an open {@link Database} is injected by. */
export const DATABASE = Symbol('DATABASE');

/** A Prisma client bound to one open transaction. */
export type Tx = Prisma.TransactionClient;

/** What the database layer has to say to people; a pino logger fits. */
export interface DatabaseLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface DatabaseOptions {
  /**
   * A PostgreSQL URL; without one an embedded PostgreSQL is started under `dataDir`. A socket's folder is named as
   * `postgresql://user@localhost/database?host=%2Fsocket%2Ffolder`.
   */
  readonly url?: string | undefined;
  readonly dataDir: string;
  readonly log?: DatabaseLog | undefined;
  /** Most connections for {@link Database.pool}, and as many again for transactions. Default 10. */
  readonly connections?: number | undefined;
}

export interface ListenOptions {
  /**
   * Called when listening has begun again after the connection was lost: what was sent in between is not heard, so whoever
   * keeps a cache must drop it.
   */
  readonly onGap?: () => void;
}

export interface Database {
  /**
   * One transaction as a tenant: sees and writes only rows that row level security gives to `tenantId`.
   * State the tenant in every query all the same; the policies are the second lock. Never await HTTP or a model inside, nor
   * another `withTenant`: it takes a second connection while this one is held. One in which nothing is asked for 15 seconds is ended by the server.
   */
  withTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One transaction as the platform: sees every tenant. For look-ups that come before a tenant is known, and for the operator. */
  withPlatform<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Connections of the platform role for hot paths in plain SQL. */
  readonly pool: Pool;
  /**
   * Calls `heard` for every NOTIFY on `channel` (the payload as text). Reconnects by itself. Resolves once listening has
   * begun, with a function that stops it.
   */
  listen(channel: string, heard: (payload: string) => void, options?: ListenOptions): Promise<() => Promise<void>>;
  /** What is running, for people: `PostgreSQL 18.4 (embedded)`. */
  readonly description: string;
  /** Ends all connections; the last process to leave an embedded server stops it. */
  close(): Promise<void>;
}
