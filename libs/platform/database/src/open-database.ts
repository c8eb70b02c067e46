import { isId } from '@steelyard/kernel';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Database, DatabaseOptions, Tx } from './database.js';
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
  // Sessions never act as the user they log in as, which owns the tables. UTC, or adapter-pg shifts timestamps.
  const config: pg.PoolConfig = { connectionString: server.url, options: `-c TimeZone=UTC -c role=${PLATFORM_ROLE}` };
  const max = options.connections ?? 10;
  const pool = new pg.Pool({ ...config, max });
  pool.on('error', (error) => options.log?.warn({ error }, 'an idle database connection failed'));
  const adapter = new PrismaPg({ ...config, max }, { onPoolError: (error) => options.log?.warn({ error }, 'an idle database connection failed') });
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 30_000 } });
  const listener = new Listener(config, options.log);
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    await Promise.all([listener.close(), prisma.$disconnect(), pool.end()]);
    await server.release();
  };
  return {
    pool,
    description: server.description,
    withTenant: async <T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
      if (!isId(tenantId)) throw databaseErrors.TENANT_INVALID({ tenantId });
      return prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT set_config('role', ${TENANT_ROLE}, true), set_config('app.tenant_id', ${tenantId}, true)`;
        return work(tx);
      });
    },
    withPlatform: async <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT set_config('role', ${PLATFORM_ROLE}, true)`;
        return work(tx);
      }),
    listen: (channel, heard, listenOptions) => listener.listen(channel, heard, listenOptions),
    close: () => (closing ??= close()),
  };
}
