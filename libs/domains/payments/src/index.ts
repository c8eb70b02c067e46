export { paymentErrors } from './errors.js';
export { WebhookRoute } from './webhooks/webhook-route.js';
