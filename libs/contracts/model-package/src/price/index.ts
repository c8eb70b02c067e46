export { checkPrice, readPrice } from './check-price.js';
export { priceOf, termsOf } from './price-terms.js';
export type { ComponentsSpec, ComponentSpec, FreeSpec, PriceSpec } from './price-spec.js';
