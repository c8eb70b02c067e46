export * from './access.js';
export * from './connection.js';
export * from './context.js';
export * from './scalars.js';
