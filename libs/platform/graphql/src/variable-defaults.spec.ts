import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { fillVariables } from './variable-defaults.js';

const schema = buildSchema(`
  type Query { find(tree: Tree, trees: [[Tree!]!], plain: Plain, size: Int): Int }
  enum Side { LEFT RIGHT }
  input Plain { size: Int }
  input Tree { size: Int! = 3, side: Side! = LEFT, nothing: Int = null, under: [Tree!], beside: Tree, plain: Plain }
`);

const fill = (definitions: string, variables?: Record<string, unknown>) => fillVariables(schema, parse(`query (${definitions}) { find }`), variables);
const leaf = { size: 3, side: 'LEFT', nothing: null };

describe('the defaults of variables', () => {
  it('are written out at every depth, and leave alone what was given', () => {
    expect(fill('$tree: Tree', { tree: { under: [{}, { size: 1, beside: {} }] } })).toEqual({ tree: { ...leaf, under: [leaf, { ...leaf, size: 1, beside: leaf }] } });
    expect(fill('$trees: [[Tree!]!]', { trees: [[{}], []] })).toEqual({ trees: [[leaf], []] });
    expect(fill('$tree: Tree = { size: 9 }, $size: Int! = 4, $side: Side = RIGHT', {})).toEqual({ tree: { ...leaf, size: 9 }, size: 4, side: 'RIGHT' });
    expect(fill('$size: Int! = 4')).toEqual({ size: 4 });
  });

  it('do not stand in for a null, nor make something of what is no object', () => {
    expect(fill('$tree: Tree, $size: Int = 4', { tree: null, size: null })).toEqual({ tree: null, size: null });
    expect(fill('$tree: Tree', { tree: 'oak' })).toEqual({ tree: 'oak' });
    expect(fill('$tree: Tree', { tree: { size: null } })).toEqual({ tree: { ...leaf, size: null } });
    expect(fill('$tree: Tree', {})).toEqual({});
  });

  it('leave the variables as they are where no default can apply', () => {
    expect(fill('$plain: Plain, $size: Int', { plain: {} })).toBeUndefined();
  });
});
