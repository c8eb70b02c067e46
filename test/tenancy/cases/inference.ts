import { expect } from '@jest/globals';
import type { OperationCase } from './operation-case.js';

export const inferenceCases: Readonly<Record<string, OperationCase>> = {
  'Mutation.predict': {
    access: 'predict',
    document: 'mutation { predict(input: { ref: "victim/secret", input: { text: "hello" } }) { __typename } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Query.estimate': {
    access: 'predict',
    document: '{ estimate(input: { ref: "victim/secret", input: { text: "hello" } }) { __typename } }',
    stranger: { code: 'CATALOG.MODEL_NOT_FOUND' },
  },
  'Query.prediction': {
    access: 'usage:read',
    document: 'query ($id: ID!) { prediction(id: $id) { status amountNano receipt { jws } } }',
    variables: ({ predictionId }) => ({ id: predictionId }),
    stranger: { data: { prediction: null } },
  },
  'Subscription.predictionEvents': {
    access: 'predict',
    document: 'subscription { predictionEvents(input: { ref: "victim/secret", input: { text: "hello" } }) { __typename ... on PredictionFailed { code charged } } }',
    stranger: { data: { predictionEvents: { __typename: 'PredictionFailed', code: 'CATALOG.MODEL_NOT_FOUND', charged: false } } },
  },
  'Query.engine': { access: 'operator', document: '{ engine { models { label runners { pid } } } }' },
  'Query.receiptKeys': {
    access: 'public',
    document: '{ receiptKeys { kid retiredAt } }',
    stranger: {
      check: ({ data, codes }) => {
        expect(codes).toEqual([]);
        expect((data as { receiptKeys: unknown[] }).receiptKeys).toEqual([{ kid: expect.stringMatching(/^[\w-]{43}$/), retiredAt: null }]);
      },
    },
  },
  'Mutation.rotateReceiptKey': { access: 'operator', document: 'mutation { rotateReceiptKey { kid } }' },
  'Query.engineDevices': { access: 'operator', document: '{ engineDevices { runtime usable } }' },
  'Subscription.engineChanges': { access: 'operator', document: 'subscription { engineChanges { models { label } } }' },
  'Mutation.pinModel': { access: 'operator', document: 'mutation { pinModel(digest: "d", label: "victim/open@1.0.0", pinned: true) }' },
  'Mutation.unloadModel': { access: 'operator', document: 'mutation { unloadModel(digest: "d") }' },
};
