import { describe, expect, it } from '@jest/globals';
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { DEFAULT_LIMITS, limitRules, type OperationLimits } from './operation-limits.js';

const schema = buildSchema('type Query { node(id: Int): Node } type Node { id: ID! next: Node other: Node }');

function codes(document: string, limits: Partial<OperationLimits> = {}): unknown[] {
  return validate(schema, parse(document), limitRules({ ...DEFAULT_LIMITS, ...limits })).map((error) => error.extensions['code']);
}

/** Fragments that each select the next twice: 2^levels fields in a short document. */
function bomb(levels: number): string {
  const fragments = Array.from({ length: levels }, (_, level) => `fragment F${level} on Node { next { ...F${level + 1} } other { ...F${level + 1} } }`);
  return `{ node { ...F0 } } ${fragments.join(' ')} fragment F${levels} on Node { id }`;
}

describe('operation limits', () => {
  it('let the standard introspection query and ordinary operations pass', () => {
    expect(codes(getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, inputValueDeprecation: true }))).toEqual([]);
    expect(codes('query ($id: Int) { node(id: $id) { id next { id } } }')).toEqual([]);
  });

  it('count depth through fragments', () => {
    const document = '{ node { ...A } } fragment A on Node { next { ...B } } fragment B on Node { next { id } }';
    expect(codes(document, { depth: 4 })).toEqual([]);
    expect(codes(document, { depth: 3 })).toEqual(['GRAPHQL.TOO_DEEP']);
  });

  it('count fields as often as fragments repeat them, in little time', () => {
    expect(codes(bomb(7), { depth: 100 })).toEqual([]);
    const startedAt = performance.now();
    expect(codes(bomb(60), { depth: 100 })).toEqual(['GRAPHQL.TOO_MANY_FIELDS']);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('are not led in circles by a fragment that contains itself or does not exist', () => {
    expect(codes('{ node { ...A } } fragment A on Node { next { ...A } }')).toEqual([]);
    expect(codes('{ node { ...Nowhere } }')).toEqual([]);
  });

  it('limit aliases and directives, each reported once', () => {
    expect(codes('{ a: node { id } b: node { id } c: node { id } d: node { id } }', { aliases: 2 })).toEqual(['GRAPHQL.TOO_MANY_ALIASES']);
    expect(codes('{ node @skip(if: false) @include(if: true) { id @skip(if: false) } }', { directives: 2 })).toEqual(['GRAPHQL.TOO_MANY_DIRECTIVES']);
  });

  it('allow one operation in a document', () => {
    expect(codes('query A { node { id } } query B { node { id } }')).toEqual(['GRAPHQL.ONE_OPERATION']);
  });
});
