export type { Control } from './control.js';
export { operations, type Operation } from './contract/operations.js';
export { faults, type Fault } from './http/faults.js';
export { testCards } from './resources/payments/test-cards.js';
export { startStripeDouble, type StripeDouble, type StripeDoubleOptions } from './start-stripe-double.js';
export { StripeFailure } from './state/stripe-failure.js';
export type { Clock } from './state/world.js';
export type { Attempt, Delivery, SendOptions, Webhooks } from './webhooks/webhooks.js';
