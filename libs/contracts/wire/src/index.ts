export * from './check-tensor.js';
export * from './decode-value.js';
export * from './encode-value.js';
export * from './errors.js';
export * from './frame-socket.js';
export * from './runner-protocol.js';
export * from './tensor.js';
export * from './wire-error.js';
export { toJsonValue } from './to-json-value.js';
