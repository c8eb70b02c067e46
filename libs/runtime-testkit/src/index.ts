export * from './describe-runtime.js';
export * from './fixture.js';
