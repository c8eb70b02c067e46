/** Money and prices alone: nothing here needs Node, so that pages in a browser count as the platform does. */
export * from './money.js';
export * from './price.js';
export * from './price-change.js';
export * from './price-json.js';
