import { describe, expect, it } from '@jest/globals';
import { COMPARED_MAX, comparisonOf, inputFor, refsOf } from './compared-refs';

describe('the models of a comparison', () => {
  it('are in its address, with or without a version', () => {
    const refs = ['acme/digits', 'acme/digits@1.2.0-rc.1', 'umbrella/numbers'];
    expect(refsOf(new URL(comparisonOf(refs), 'http://localhost').searchParams.get('models'))).toEqual(refs);
  });

  it('are named once, and no more than can be looked at', () => {
    expect(refsOf('a/b, a/b ,c/d')).toEqual(['a/b', 'c/d']);
    expect(refsOf(Array.from({ length: 9 }, (_, at) => `a/m${at}`).join(','))).toHaveLength(COMPARED_MAX);
  });

  it.each([null, '', ',', 'a', 'a/b/c', '/b', 'a/', 'a/b@', 'a b/c'])('are not in %j', (text) => {
    expect(refsOf(text)).toEqual([]);
  });
});

describe('an input for several models', () => {
  const image = (field: string) => ({ kind: 'image', field, drawable: false }) as const;

  it('has each model’s own name for its field', () => {
    expect(inputFor(image('image'), image('photo'), { image: 'aGk=' })).toEqual({ photo: 'aGk=' });
    expect(inputFor(image('image'), image('image'), { image: 'aGk=' })).toEqual({ image: 'aGk=' });
  });

  it('goes as it is to a model of another form, which says what it thinks of it', () => {
    expect(inputFor(image('image'), { kind: 'schema', schema: {} }, { image: 'aGk=' })).toEqual({ image: 'aGk=' });
    expect(inputFor({ kind: 'text', field: 'text' }, image('image'), { text: 'Hi' })).toEqual({ text: 'Hi' });
  });
});
