export * from './artifact.js';
export * from './batch.js';
export * from './define-runtime.js';
export * from './errors.js';
export * from './run-items.js';
export * from './runtime.js';
