export * from './access.js';
export * from './connection.js';
export { type GraphqlContext } from './context.js';
export { graphqlErrors } from './errors.js';
export { createErrorFormatter, type ErrorFormatter, type ErrorPolicy, type FormattedExecution } from './format-error.js';
export { checkIntrospection, type Introspection } from './introspection.js';
export { checkDocumentCost } from './limits/operation-cost.js';
export { DEFAULT_LIMITS, limitRules, type OperationLimits } from './limits/operation-limits.js';
export * from './scalars.js';
