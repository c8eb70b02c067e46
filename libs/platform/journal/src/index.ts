export { openJournal, type Journal, type JournalOptions } from './journal.js';
export { journalErrors } from './errors.js';
export { comparePositions, type Position } from './position.js';
export type { ReplayedRecord } from './replay.js';

/** Injection token of the process's `Journal`. */
export const JOURNAL = Symbol('Journal');
