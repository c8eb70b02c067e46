import { describe, expect, it } from '@jest/globals';
import { buildSchema, getIntrospectionQuery, parse } from 'graphql';
import { checkDocumentCost } from './operation-cost.js';

const schema = buildSchema(`
  type Query { one: Item, items(first: Int! = 20): Items!, unpaged: [Item!]!, listed(first: Int! = 20): [Item!]! }
  type Items { nodes: [Item!]!, total: Int! }
  type Item { id: ID!, items(first: Int! = 20): Items!, tags: [String!]!, parts: [Item!]! }
`);

function cost(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  try {
    checkDocumentCost(schema, document, { variables, limit: 0 });
  } catch (error) {
    return (error as { details: { cost: number } }).details.cost;
  }
  throw new Error('an operation that costs nothing');
}

describe('the cost of an operation', () => {
  it.each([
    ['{ one { id } }', 2],
    ['{ one { id tags } }', 3],
    // 1 + 20 × (nodes 1 + id 1)
    ['{ items { nodes { id } } }', 41],
    ['{ items(first: 100) { nodes { id } total } }', 1 + 100 * 3],
    ['{ items(first: 10) { nodes { items(first: 10) { nodes { id } } } } }', 1 + 10 * (1 + 1 + 10 * 2)],
    ['{ unpaged { id } }', 6],
    ['{ unpaged { parts { id } } }', 1 + 5 * (1 + 5)],
    ['{ listed(first: 3) { id parts { id } } }', 1 + 3 * (1 + 6)],
    ['{ items(first: 10) { nodes { parts { id } } } }', 1 + 10 * (1 + 6)],
    ['{ items(first: 10) { ...A } } fragment A on Items { nodes { ...B } ...C } fragment B on Item { id } fragment C on Items { total }', 1 + 10 * 3],
    ['{ a: items(first: 10) { nodes { id } } b: items(first: 10) { ... on Items { nodes { id } } } }', 42],
  ])('of %s is %d', (text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  it('goes by variables, by what they default to, and by the longest page where they say nothing that can be', () => {
    const text = 'query ($n: Int) { items(first: $n) { nodes { id } } }';
    expect(cost(text, { n: 7 })).toBe(15);
    expect(cost(text)).toBe(41);
    for (const n of [0, -1, 'seven', null]) expect(cost(text, { n })).toBeGreaterThanOrEqual(41);
    expect(cost(text, { n: 1_000_000_000 })).toBe(2_000_000_001);
  });

  it('is the same however often it is asked, and follows the variables of each time', () => {
    const document = parse('query ($n: Int!) { items(first: $n) { nodes { ...A } } } fragment A on Item { id parts { id } }');
    const at = (n: number, limit: number) => () => checkDocumentCost(schema, document, { variables: { n }, limit });
    for (let round = 0; round < 3; round += 1) {
      expect(at(10, 81)).not.toThrow();
      expect(at(10, 80)).toThrow(expect.objectContaining({ code: 'GRAPHQL.TOO_COSTLY' }));
      expect(at(11, 81)).toThrow(expect.objectContaining({ code: 'GRAPHQL.TOO_COSTLY' }));
    }
  });

  it('leaves introspection to the other limits', () => {
    expect(cost(getIntrospectionQuery())).toBeLessThan(300);
  });
});
