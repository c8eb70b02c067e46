import type { Pool } from 'pg';
import type { Prisma } from './generated/client.js';

/** A Prisma client bound to one open transaction. */
export type Tx = Prisma.TransactionClient;

export interface DatabaseOptions {
  /** A PostgreSQL URL; without one an embedded PostgreSQL is started under `dataDir`. */
  readonly url?: string | undefined;
  readonly dataDir: string;
}

export interface Database {
  /**
   * One transaction as a tenant: sees and writes only rows that row level security gives to `tenantId`.
   * State the tenant in every query all the same; the policies are the second lock. Never await HTTP or a model inside.
   */
  withTenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One transaction as the platform: sees every tenant. For look-ups that come before a tenant is known, and for the operator. */
  withPlatform<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Connections of the platform role for hot paths in plain SQL. */
  readonly pool: Pool;
  /** Calls `heard` for every NOTIFY on `channel` (the payload as text). Reconnects by itself. Gives a function that stops it. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  /** What is running, for people: `PostgreSQL 18.4 (embedded)`. */
  readonly description: string;
  close(): Promise<void>;
}
