export type { Database, DatabaseOptions, Tx } from './database.js';
