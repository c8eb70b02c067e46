export * from './describe-runtime.js';
export * from './fixture.js';
export * from './suite.js';
export * from './turns-runtime.js';
