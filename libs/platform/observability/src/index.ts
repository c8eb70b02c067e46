export * from './logger.js';
export * from './metrics.js';
export { openTracing, type TracingOptions } from './otlp-tracing.js';
export * from './tracing.js';
