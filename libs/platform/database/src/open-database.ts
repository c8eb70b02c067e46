import { isId } from '@steelyard/kernel';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { actingSettings } from './acting.js';
import type { Database, DatabaseOptions } from './database.js';
import { databaseErrors } from './errors.js';
import { PrismaClient } from './generated/client.js';
import { Listener } from './listener.js';
import { prepareServer } from './prepare-server.js';
import { PLATFORM_ROLE, TENANT_ROLE } from './roles.js';

/**
 * Opens the database, bringing its schema up to date first: the one that `url` names, or an embedded PostgreSQL in `dataDir`.
 * @throws AppError DATABASE.* when there is no usable server, or its content is not what this version can work with.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const server = await prepareServer(options);
  const warn = (error: Error): void => options.log?.warn({ error }, 'an idle database connection failed');
  const config: pg.PoolConfig = { ...sessionConfig(server.url), max: options.connections ?? 10 };
  const pool = new pg.Pool(config);
  pool.on('error', warn);
  // Who has taken a connection learns by its next query that it is broken; without a listener its end would be that of the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const prisma = new PrismaClient({ adapter: new PrismaPg(config, { onPoolError: warn, onConnectionError: warn }), transactionOptions: TRANSACTIONS });
  const listener = new Listener(config, options.log);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([listener.close(), prisma.$disconnect(), pool.end()]);
    await server.release();
  };
  return {
    pool,
    description: server.description,
    withTenant: async (tenantId, work) => {
      if (!isId(tenantId)) throw databaseErrors.TENANT_INVALID({ tenantId });
      return prisma.$transaction(async (tx) => {
        const [actor, kind, requestId] = actingSettings();
        await tx.$executeRaw`SELECT set_config('role', ${TENANT_ROLE}, true), set_config('app.tenant_id', ${tenantId}, true),
          set_config('app.actor', ${actor}, true), set_config('app.actor_kind', ${kind}, true), set_config('app.request_id', ${requestId}, true)`;
        return work(tx);
      });
    },
    withPlatform: async (work) =>
      prisma.$transaction(async (tx) => {
        const [actor, kind, requestId] = actingSettings();
        await tx.$executeRaw`SELECT set_config('role', ${PLATFORM_ROLE}, true),
          set_config('app.actor', ${actor}, true), set_config('app.actor_kind', ${kind}, true), set_config('app.request_id', ${requestId}, true)`;
        return work(tx);
      }),
    listen: (channel, heard, listenOptions) => listener.listen(channel, heard, listenOptions),
    close: () => (closing ??= close()),
  };
}

/** Waiting for a connection, then for the whole transaction. Long enough for a loaded machine, short enough to see a leak. */
const TRANSACTIONS = { maxWait: 10_000, timeout: 30_000 };

/** For a connection to be made, or to become free. Beyond, a server that is not there any more would keep a place in the pool for minutes. */
const CONNECT_MS = 30_000;

/**
 * How the server gets rid of a session whose host is frozen or gone, which else keeps its locks for hours: a transaction in which nothing is asked ends,
 * and so does a connection that nobody answers on. Transactions of ours wait for nothing but the database; what is longer says so (`Rounds`).
 */
const LOST_SESSIONS = '-c idle_in_transaction_session_timeout=15s -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3 -c tcp_user_timeout=60s';

/**
 * Sessions never act as the user they log in as, which owns the tables. In UTC, because adapter-pg reads timestamps as if
 * they were. What the URL itself says in `options` stays, and may say otherwise when sessions are lost.
 */
function sessionConfig(url: string): pg.ClientConfig {
  const own = `-c TimeZone=UTC -c role=${PLATFORM_ROLE}`;
  const parsed = new URL(url);
  const options = [LOST_SESSIONS, parsed.searchParams.get('options'), own].filter((text) => text !== null).join(' ');
  parsed.searchParams.delete('options');
  return { connectionString: parsed.href, options, connectionTimeoutMillis: CONNECT_MS, keepAlive: true, keepAliveInitialDelayMillis: 30_000 };
}
