export { actAs, actAsPlatform, sqlTransaction, startActing, whoActs, type Acting } from './acting.js';
export { DATABASE } from './database.js';
export { bytesArray, plainArray, textArray } from './sql/array-literal.js';
export { bigintArray, integerArray, timeArray, uuidArray } from './sql/binary-array.js';
export type { Database, DatabaseLog, DatabaseOptions, ListenOptions, Tx } from './database.js';
export { databaseErrors } from './errors.js';
export { Prisma } from './generated/client.js';
export type * from './generated/client.js';
export { dueFairly, FairSending } from './fair-sending.js';
export { openDatabase } from './open-database.js';
export { databaseNowMs } from './sql/database-now.js';
export { queryWithin } from './sql/query-within.js';
export { readAlongIndex } from './sql/read-along-index.js';
export { Repeating, type RepeatingOptions } from './repeating.js';
export { Rounds, type RoundsOptions } from './rounds.js';
export { Signals } from './signals.js';
/** Plain SQL, for hot paths: what {@link Database.pool} gives. */
export type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
