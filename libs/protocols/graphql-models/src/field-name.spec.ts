import { expect, it } from '@jest/globals';
import { NAME_PATTERN } from '@steelyard/kernel';
import fc from 'fast-check';
import { fieldNameOf, modelOfField, typePrefixOf } from './field-name.js';

it.each([
  ['acme/digits', 'acme__digits', 'Acme__Digits'],
  ['acme/review-sentiment', 'acme__review_sentiment', 'Acme__Review_sentiment'],
  ['3d-lab/2-d', '_3d_lab__2_d', '_3d_lab__2_d'],
  ['a--b/c---d', 'a_Hb__c_HHd', 'A_Hb__C_HHd'],
  ['a/b', 'a__b', 'A__B'],
])('%s is %s', (ref, field, prefix) => {
  const [owner, name] = ref.split('/') as [string, string];
  expect(fieldNameOf({ owner, name })).toBe(field);
  expect(typePrefixOf({ owner, name })).toBe(prefix);
  expect(modelOfField(field)).toBe(ref);
});

it('gives each model a name of its own that GraphQL takes and that leads back', () => {
  const part = fc.stringMatching(new RegExp(`^${NAME_PATTERN}$`)).filter((text) => text.length <= 64);
  fc.assert(
    fc.property(part, part, (owner, name) => {
      const field = fieldNameOf({ owner, name });
      expect(field).toMatch(/^(?!__)[_A-Za-z]\w*$/);
      expect(typePrefixOf({ owner, name })).toMatch(/^(?!__)[_A-Za-z]\w*$/);
      expect(modelOfField(field)).toBe(`${owner}/${name}`);
    }),
    { numRuns: 500 },
  );
});

it.each(['', 'digits', 'acme__', '__digits', 'acme__digits__x', 'Acme__digits', 'acme_H__digits', '_acme__digits', 'acme__digits_', 'predict', '__typename'])('%j is no field of a model', (field) => {
  expect(modelOfField(field)).toBeUndefined();
});
