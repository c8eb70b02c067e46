export * from './engine-host.js';
