import { expect } from '@jest/globals';
import type { OperationCase } from './operation-case.js';

const unknown = { code: 'WEBHOOKS.ENDPOINT_NOT_FOUND' };
const noDelivery = { code: 'WEBHOOKS.DELIVERY_NOT_FOUND' };
const access = 'organization:manage';
const webhook = ({ webhookId }: { webhookId: string }) => ({ id: webhookId });
const delivery = ({ deliveryId }: { deliveryId: string }) => ({ id: deliveryId });

export const webhookCases: Readonly<Record<string, OperationCase>> = {
  'Query.webhooks': { access, document: '{ webhooks { id url } }', stranger: { data: { webhooks: [] } } },
  'Query.webhookTypes': { access, document: '{ webhookTypes }', stranger: { data: { webhookTypes: expect.arrayContaining(['invoice.issued']) } } },
  'Query.webhookDeliveries': {
    access,
    document: 'query ($id: ID!) { all: webhookDeliveries { nodes { id } } aimed: webhookDeliveries(webhook: $id) { nodes { id } } }',
    variables: webhook,
    stranger: { data: { all: { nodes: [] }, aimed: { nodes: [] } } },
  },
  'Query.webhookDelivery': { access, document: 'query ($id: ID!) { webhookDelivery(id: $id) { data } }', variables: delivery, stranger: noDelivery },
  'Mutation.addWebhook': {
    access,
    document: 'mutation { addWebhook(input: { url: "https://10.0.0.1/hook" }) { secret } }',
    stranger: { code: 'WEBHOOKS.ADDRESS_INVALID' },
  },
  'Mutation.changeWebhook': {
    access,
    document: 'mutation ($id: ID!) { changeWebhook(input: { id: $id, url: "https://stranger.example/hook" }) { url } }',
    variables: webhook,
    stranger: unknown,
  },
  'Mutation.rotateWebhookSecret': { access, document: 'mutation ($id: ID!) { rotateWebhookSecret(id: $id) { secret } }', variables: webhook, stranger: unknown },
  'Mutation.removeWebhook': { access, document: 'mutation ($id: ID!) { removeWebhook(id: $id) { url } }', variables: webhook, stranger: unknown },
  'Mutation.testWebhook': { access, document: 'mutation ($id: ID!) { testWebhook(id: $id) { id } }', variables: webhook, stranger: unknown },
  'Mutation.replayWebhookDelivery': { access, document: 'mutation ($id: ID!) { replayWebhookDelivery(id: $id) { data } }', variables: delivery, stranger: noDelivery },
  'Mutation.replayWebhook': {
    access,
    document: `mutation ($id: ID!) { replayWebhook(id: $id, since: "${new Date(Date.now() - 60_000).toISOString()}", delivered: true) }`,
    variables: webhook,
    stranger: unknown,
  },
};
