export * from './tensor.js';
export * from './runner-protocol.js';
