import { describe, expect, it } from '@jest/globals';
import { checkInput, fits } from './check-input';

const schema = {
  type: 'object',
  required: ['text', 'options'],
  additionalProperties: false,
  properties: {
    text: { type: 'string', minLength: 1 },
    options: { $ref: '#/$defs/options' },
    scores: { type: 'array', items: { type: 'object', properties: { label: { type: 'string' } } } },
  },
  $defs: { options: { type: 'object', required: ['size'], properties: { size: { enum: ['s', 'l'] } } } },
};
const pathsOf = (input: unknown) => checkInput(schema, input).map(({ path }) => path);

describe('an input held against its schema', () => {
  it('fits, and nothing is said', () => {
    const input = { text: 'a', options: { size: 's' }, scores: [{ label: 'x' }] };
    expect(checkInput(schema, input)).toEqual([]);
    expect(fits(schema, input)).toBe(true);
  });

  it('is told each place that does not fit, as in code, and what is missing by its name', () => {
    expect(pathsOf({})).toEqual(['text', 'options']);
    expect(pathsOf({ text: '', options: {} })).toEqual(expect.arrayContaining(['text', 'options.size']));
    expect(pathsOf({ text: 'a', options: { size: 's' }, scores: [{ label: 1 }] })).toEqual(['scores[0].label']);
  });

  it('leaves the schema as it was', () => {
    const before = JSON.stringify(schema);
    checkInput(schema, {});
    expect(JSON.stringify(schema)).toBe(before);
  });
});
