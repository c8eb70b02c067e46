import { describe, expect, it } from '@jest/globals';
import { isPrediction } from './is-prediction.js';

describe('a document that predicts and does nothing else', () => {
  it.each([
    'mutation { predict(input: { ref: "a/b" }) { __typename } }',
    'mutation ($input: PredictInput!) { predict(input: $input) { __typename ... on PredictSuccess { output } } }',
    'mutation { one: predict(input: { ref: "a/b" }) { __typename } predict(input: { ref: "a/c" }) { __typename } }',
  ])('is %s', (query) => expect([isPrediction({ query }), isPrediction({ query })]).toEqual([true, true]));

  it.each([
    'mutation { predict(input: {}) { __typename } createApiKey(input: {}) { secret } }',
    'mutation { predict: createApiKey(input: {}) { secret } }',
    'mutation { ...A } fragment A on Mutation { predict(input: {}) { __typename } createApiKey(input: {}) { secret } }',
    'mutation { ... on Mutation { predict(input: {}) { __typename } createApiKey(input: {}) { secret } } }',
    'mutation { predict(input: {}) { __typename } } mutation B { createApiKey(input: {}) { secret } }',
    'query { predict }',
    '{ predict',
    `mutation { predict(input: { ref: "${'x'.repeat(2_000)}" }) { __typename } }`,
  ])('is not %s', (query) => expect(isPrediction({ query })).toBe(false));

  it.each([undefined, null, 'predict', 7, {}, { query: 7 }, [{ query: 'mutation { predict }' }]])('is not %p', (body) => expect(isPrediction(body)).toBe(false));
});
