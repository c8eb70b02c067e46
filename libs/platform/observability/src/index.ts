export * from './installation-checks.js';
export * from './logger.js';
export * from './metrics.js';
export * from './tracing.js';
export { openTracing, type TracingOptions } from './otlp-tracing.js';
