export * from './access.js';
export * from './connection.js';
export { type GraphqlContext } from './context.js';
export { DEFAULT_LIMITS, type OperationLimits } from './operation-limits.js';
export * from './scalars.js';
