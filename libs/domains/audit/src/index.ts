export { ReadEntries, type EntryQuery } from './read-entries.js';
export { SealEntries } from './seal-entries.js';
export { UNAUDITED_TABLES } from './unaudited-tables.js';
export { VerifyChains, type ChainsFound } from './verify-chains.js';
