export { DeliverEvents, PAUSES_MS } from './delivery/deliver-events.js';
export { ReadDeliveries } from './delivery/read-deliveries.js';
export { ReplayDeliveries } from './delivery/replay-deliveries.js';
export { ManageEndpoints } from './endpoints/manage-endpoints.js';
export { webhookErrors } from './errors.js';
export { EVENT_TYPES, TEST_EVENT } from './event-types.js';
