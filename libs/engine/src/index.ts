export * from './create-engine-host.js';
export { builtInRuntimes } from './built-in-runtimes.js';
export * from './engine-host.js';
export * from './engine-status.js';
export * from './errors.js';
export { defaultLimits, type EngineLimits } from './limits.js';
