import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonSchema } from '@steelyard/tasks';
import { compileSchema } from '../schema/compile-schema.js';
import { contractBreaks } from './contract-breaks.js';

const closed = (properties: object, required: readonly string[] = []): JsonSchema => ({ type: 'object', additionalProperties: false, properties, required });
const open = (properties: object, required: readonly string[] = []): JsonSchema => ({ type: 'object', properties, required });
const text = { type: 'string' };
const tensor = (dtype: string, shape: readonly number[]) => ({ 'x-tensor': { dtype, shape } });
const image = (type = 'image/*') => ({ type: 'string', contentMediaType: type, contentEncoding: 'base64' });

const told = (problems: readonly { path: string; message: string }[]) => problems.map(({ path, message }) => `${path} ${message}`);
const ofInput = (before: JsonSchema, after: JsonSchema) => told(contractBreaks({ input: before, output: {} }, { input: after, output: {} }));
const ofOutput = (before: JsonSchema, after: JsonSchema) => told(contractBreaks({ input: {}, output: before }, { input: {}, output: after }));

type Pairs = readonly (readonly [string, JsonSchema, JsonSchema, ...string[]])[];

describe('an input', () => {
  const x = (schema: unknown) => closed({ x: schema });
  const pairs: Pairs = [
    ['the same', closed({ a: text }, ['a']), closed({ a: text }, ['a'])],
    ['other words', closed({ a: text }), { ...closed({ a: { ...text, description: 'A', examples: ['b'], default: 'c' } }), title: 'T' }],
    ['an optional field more', closed({ a: text }), closed({ a: text, b: text })],
    ['an optional field more, of an open object', open({ a: text }), open({ a: text, b: text })],
    ['a required field more', closed({ a: text }), closed({ a: text, b: text }, ['b']), 'input.b is required now'],
    ['a field that is required now', closed({ a: text }), closed({ a: text }, ['a']), 'input.a is required now'],
    ['a field that is not required any more', closed({ a: text }, ['a']), closed({ a: text })],
    ['a field less', closed({ a: text, b: text }), closed({ a: text }), 'input.b is not taken any more'],
    ['a field less, of an open object', open({ a: text, b: text }), open({ a: text })],
    ['a field by another name', closed({ a: text }, ['a']), closed({ b: text }, ['b']), 'input.a is not taken any more', 'input.b is required now'],
    ['no other fields', open({ a: text }), closed({ a: text }), 'input takes no other fields any more'],
    ['other fields', closed({ a: text }), open({ a: text })],
    ['another type', x(text), x({ type: 'number' }), 'input.x was string and takes only number now'],
    ['one type of two', x({ type: ['string', 'null'] }), x(text), 'input.x was string or null and takes only string now'],
    ['a second type', x(text), x({ type: ['string', 'null'] })],
    ['numbers, not only whole ones', x({ type: 'integer' }), x({ type: 'number' })],
    ['whole numbers alone', x({ type: 'number' }), x({ type: 'integer' }), 'input.x was number and takes only integer now'],
    ['anything', x(text), x({})],
    ['not anything', x({}), x(text), 'input.x was anything and takes only string now'],
    ['nothing', x(text), x(false), 'input.x not was none and is {} now'],
    ['a value less', x({ enum: ['a', 'b'] }), x({ enum: ['a'] }), 'input.x does not take "b" any more'],
    ['a value more', x({ enum: ['a'] }), x({ enum: ['a', 'b'] })],
    ['listed values', x(text), x({ enum: ['a'] }), 'input.x takes only "a" now'],
    ['any text', x({ enum: ['a'] }), x(text)],
    ['short texts', x({ enum: ['a', 'long one'] }), x({ type: 'string', maxLength: 3 }), 'input.x does not take "long one" any more'],
    ['a constant', x({ const: 'a' }), x({ const: 'b' }), 'input.x does not take "a" any more'],
    ['both values of two', x({ type: 'boolean' }), x({ enum: [true, false] })],
    ['a higher minimum', x({ type: 'number', minimum: 0 }), x({ type: 'number', minimum: 1 }), 'input.x minimum was 0 and is 1 now'],
    ['a lower minimum', x({ type: 'number', minimum: 1 }), x({ type: 'number', minimum: 0 })],
    ['a new maximum', x({ type: 'number' }), x({ type: 'number', maximum: 9 }), 'input.x maximum was none and is 9 now'],
    ['a maximum that is excluded', x({ type: 'number', maximum: 9 }), x({ type: 'number', exclusiveMaximum: 9 }), 'input.x exclusiveMaximum was 9 and is 9 now'],
    ['coarser steps', x({ type: 'integer', multipleOf: 2 }), x({ type: 'integer', multipleOf: 4 }), 'input.x multipleOf was 2 and is 4 now'],
    ['finer steps', x({ type: 'integer', multipleOf: 4 }), x({ type: 'integer', multipleOf: 2 })],
    ['shorter texts', x({ type: 'string', maxLength: 9 }), x({ type: 'string', maxLength: 8 }), 'input.x maxLength was 9 and is 8 now'],
    ['a form', x(text), x({ type: 'string', format: 'email' }), 'input.x format was none and is "email" now'],
    ['fewer items', x({ type: 'array' }), x({ type: 'array', maxItems: 4 }), 'input.x maxItems was none and is 4 now'],
    ['other items', x({ type: 'array', items: text }), x({ type: 'array', items: { type: 'number' } }), 'input.x[] was string and takes only number now'],
    ['a field of items', x({ type: 'array', items: closed({ a: text }) }), x({ type: 'array', items: closed({}) }), 'input.x[].a is not taken any more'],
    ['places of a list', x({ type: 'array', prefixItems: [text, text] }), x({ type: 'array', prefixItems: [text, { type: 'number' }] }), 'input.x[1] was string and takes only number now'],
    ['another dtype', x(tensor('float32', [1, 28])), x(tensor('float64', [1, 28])), 'input.x dtype was "float32" and is "float64" now'],
    ['another shape', x(tensor('float32', [1, 28])), x(tensor('float32', [1, 32])), 'input.x shape was [1,28] and is [1,32] now'],
    ['a free dimension', x(tensor('float32', [1, 28])), x(tensor('float32', [1, -1]))],
    ['a fixed dimension', x(tensor('float32', [1, -1])), x(tensor('float32', [1, 28])), 'input.x shape was [1,-1] and is [1,28] now'],
    ['a tensor for an image', x(image()), x(tensor('float32', [1])), 'input.x was image/* and takes only a tensor now'],
    ['one sort of image', x(image()), x(image('image/png')), 'input.x contentMediaType was "image/*" and is "image/png" now'],
    ['every image', x(image('image/png')), x(image())],
    ['an alternative less', x({ anyOf: [text, { type: 'number' }] }), x({ anyOf: [text] }), 'input.x was number and takes only string now'],
    ['an alternative more', x(text), x({ anyOf: [text, { type: 'number' }] })],
    ['null as well', x(closed({ a: text })), x({ anyOf: [closed({ a: text }), { type: 'null' }] })],
    ['a definition instead of the same written out', { ...x({ $ref: '#/$defs/p' }), $defs: { p: closed({ a: text }) } }, x(closed({ a: text }))],
    ['another definition', { ...x({ $ref: '#/$defs/p' }), $defs: { p: closed({ a: text }) } },
      { ...x({ $ref: '#/$defs/q' }), $defs: { q: closed({ a: { type: 'number' } }) } }, 'input.x.a was string and takes only number now'],
    ['parts that say the same', x({ allOf: [closed({ a: text }), { required: ['a'] }] }), x(closed({ a: text }, ['a']))],
    ['a condition', x(text), x({ type: 'string', not: { const: 'a' } }), 'input.x not was none and is {"const":"a"} now'],
    ['a condition less', x({ type: 'string', not: { const: 'a' } }), x(text)],
    ['a field of a strange name', closed({ 'a b': text }), closed({}), 'input["a b"] is not taken any more'],
  ];
  it.each(pairs)('%s', (_what, before, after, ...breaks) => {
    expect(ofInput(before, after)).toEqual(breaks);
  });
});

describe('an output', () => {
  const x = (schema: unknown) => open({ x: schema }, ['x']);
  const pairs: Pairs = [
    ['a field more', open({ a: text }, ['a']), open({ a: text, b: text }, ['a', 'b'])],
    ['a field more, of a closed object', closed({ a: text }, ['a']), closed({ a: text, b: text }, ['a', 'b'])],
    ['a field less', open({ a: text, b: text }, ['a', 'b']), open({ a: text }, ['a']), 'output.b is not given any more'],
    ['an optional field less', open({ a: text, b: text }, ['a']), open({ a: text }, ['a']), 'output.b is not given any more'],
    ['a field that may be missing', open({ a: text }, ['a']), open({ a: text }), 'output.a may be missing now'],
    ['a field that is never missing now', open({ a: text }), open({ a: text }, ['a'])],
    ['another type', x({ type: 'integer' }), x({ type: 'number' }), 'output.x was integer and may be number now'],
    ['whole numbers alone', x({ type: 'number' }), x({ type: 'integer' })],
    ['null', x(text), x({ type: ['string', 'null'] }), 'output.x was string and may be string or null now'],
    ['a value more', x({ enum: ['a'] }), x({ enum: ['a', 'b'] }), 'output.x may be "b" now'],
    ['a value less', x({ enum: ['a', 'b'] }), x({ enum: ['a'] })],
    ['any text', x({ enum: ['a'] }), x(text), 'output.x may be something else now than "a"'],
    ['a wider bound', x({ type: 'number', maximum: 1 }), x({ type: 'number', maximum: 2 }), 'output.x maximum was 1 and is 2 now'],
    ['a narrower bound', x({ type: 'number', maximum: 2 }), x({ type: 'number', maximum: 1 })],
    ['another shape', x(tensor('float32', [10])), x(tensor('float32', [12])), 'output.x shape was [10] and is [12] now'],
    ['a field of items', x({ type: 'array', items: open({ a: text }, ['a']) }), x({ type: 'array', items: open({}) }), 'output.x[].a is not given any more'],
    ['an alternative more', x({ anyOf: [text] }), x({ anyOf: [text, { type: 'number' }] }), 'output.x was string and may be number now'],
  ];
  it.each(pairs)('%s', (_what, before, after, ...breaks) => {
    expect(ofOutput(before, after)).toEqual(breaks);
  });
});

describe('of any two schemas', () => {
  const leaf = fc.constantFrom<JsonSchema>(
    {}, { type: 'string' }, { type: 'integer' }, { type: 'number', minimum: 0 }, { type: 'number', exclusiveMaximum: 2 },
    { type: ['string', 'null'] }, { enum: ['a', 1] }, { enum: ['a'] }, { const: null },
    { type: 'string', maxLength: 1 }, { type: 'boolean' }, { type: 'array', items: { type: 'integer' }, maxItems: 1 }, { type: 'integer', multipleOf: 2 },
  );
  const object = fc.record({
    type: fc.constant('object'),
    properties: fc.dictionary(fc.constantFrom('a', 'b'), leaf),
    required: fc.uniqueArray(fc.constantFrom('a', 'b')),
    additionalProperties: fc.constantFrom<unknown>(false, { type: 'string' }),
  });
  const schema: fc.Arbitrary<JsonSchema> = fc.oneof(
    leaf,
    object,
    fc.record({ anyOf: fc.array(fc.oneof(leaf, object), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(fc.oneof(leaf, object), { minLength: 1, maxLength: 2 }) }),
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>('a', 'bb', 0, 1, 2, -1, 0.5, null, true, [], [1], [1, 2], ['a']),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom<unknown>('a', 'bb', 1, 0.5, null, [1])),
  );

  it('finds nothing between a schema and itself', () => {
    fc.assert(fc.property(schema, (one) => expect([ofInput(one, one), ofOutput(one, one)]).toEqual([[], []])));
  });

  it('takes every value that was taken where it finds nothing', () => {
    let without = 0;
    fc.assert(
      fc.property(schema, schema, fc.array(value, { minLength: 8, maxLength: 8 }), (before, after, values) => {
        if (ofInput(before, after).length > 0) return;
        without += 1;
        const [was, is] = [compileSchema(before), compileSchema(after)];
        for (const given of values) if (was(given).length === 0) expect([given, is(given)]).toEqual([given, []]);
      }),
      { numRuns: 400 },
    );
    expect(without).toBeGreaterThan(20);
  });
});

describe('of schemas that have many parts', () => {
  const names = (part: number, count: number) => Array.from({ length: count }, (_, name) => `n${part}-${name}`);
  const fields = (count: number, ruleOf: (field: number) => JsonSchema) => Object.fromEntries(Array.from({ length: count }, (_, field) => [`f${field}`, ruleOf(field)]));
  const cases: [string, JsonSchema, JsonSchema][] = [
    ['required names', open({}), { type: 'object', allOf: Array.from({ length: 3_000 }, (_, part) => ({ required: names(part, 30) })) }],
    ['fields', open({}), { type: 'object', allOf: Array.from({ length: 4_000 }, (_, part) => ({ properties: { [`n${part}`]: text } })) }],
    ['rules of one field', open({ a: {} }), { type: 'object', allOf: Array.from({ length: 1_200 }, (_, part) => ({ properties: { a: { required: names(part, 30) } } })) }],
    ['rules that listed values are tried against', open(fields(5_000, () => ({ enum: [1] }))), open(fields(5_000, (field) => ({ type: 'integer', maximum: field + 1 })))],
    ['parts of a rule that many alternatives have', open({ a: { enum: [1] } }), open({ a: { not: { enum: Array.from({ length: 20_000 }, (_, value) => -value) }, oneOf: Array.from({ length: 900 }, (_, one) => ({ minimum: one, maximum: one })) } })],
    ['listed values', open({ a: { enum: Array.from({ length: 10_000 }, (_, value) => [value]) } }), open({ a: { enum: Array.from({ length: 10_000 }, (_, value) => [9_999 - value]) } })],
  ];

  it.each(cases)('takes no longer than they are: %s', (_what, before, after) => {
    const began = performance.now();
    contractBreaks({ input: before, output: {} }, { input: after, output: {} });
    expect(performance.now() - began).toBeLessThan(2_500);
  });
});
