export { meteringErrors } from './errors.js';
export { PredictionStatus } from './graphql/usage.graphql-types.js';
export { DEFAULT_METERING_OPTIONS, Metering, METERING_OPTIONS, type MeteringOptions } from './metering.js';
export { ReadCalls, type ModelCalls, type VersionCalls } from './read-calls.js';
export { ReadUsage, type Period, type Side, type UsageTotals } from './read-usage.js';
export { flushUsage, type FlushCounts } from './persistence/flush-usage.js';
export type { DoneRecord, IntentRecord } from './record.js';
export type { RecoveryReport } from './recover-log.js';
