export * from './caller.js';
export * from './canonical-json.js';
export * from './clock.js';
export * from './errors.js';
export * from './ids.js';
export * from './model-ref.js';
export * from './permissions.js';
export * from './pricing.js';
