export * from './bearer.js';
export * from './credentials.js';
export * from './error.filter.js';
export * from './event-stream.js';
export * from './http-error.js';
export * from './request-id.js';
export * from './status.js';
