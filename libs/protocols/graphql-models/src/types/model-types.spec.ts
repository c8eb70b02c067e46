import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, isInputObjectType, isObjectType, validateSchema } from 'graphql';
import { normaliseManifest, type JsonSchema } from '@steelyard/model-package';
import { assembleSchema } from '../schema/assemble-schema.js';
import { printModels } from '../schema/print-schema.js';
import { buildModelTypes, type ModelTypes } from './model-types.js';

const object = (properties: Record<string, unknown>, rest: object = {}): JsonSchema => ({ type: 'object', additionalProperties: false, properties, ...rest });

function typesOf(input: JsonSchema, output: JsonSchema = object({ y: { type: 'number' } }), name = 'm'): ModelTypes {
  const { manifest } = normaliseManifest({ schema: 1, name, version: '1.0.0', license: 'Apache-2.0', task: 'custom', runtime: { name: 'echo', range: '*' }, input, output });
  return buildModelTypes({ owner: 'acme', name, label: `acme/${name}@1.0.0`, version: '1.0.0', digest: name, manifest });
}

/** Fields and their types, of the input or of the output. */
function fieldsOf(types: ModelTypes, name = 'Acme__M__Input'): Record<string, string> | undefined {
  const type = assembleSchema([types]).getType(name);
  if (!isInputObjectType(type) && !isObjectType(type)) return undefined;
  return Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, String(field.type)]));
}

const shown = (schema: unknown, required: readonly string[] = ['x']) => fieldsOf(typesOf(object({ x: schema }, { required, $defs: { point: object({ at: { type: 'number' } }) } })))?.['x'];

describe('the type of an input', () => {
  it.each<[unknown, string]>([
    [{ type: 'string' }, 'String!'],
    [{ type: 'number', minimum: 0 }, 'Float!'],
    [{ type: 'integer' }, 'Long!'],
    [{ type: 'integer', minimum: 0 }, 'Long!'],
    [{ type: 'integer', minimum: 0, maximum: 100 }, 'Int!'],
    [{ type: 'integer', minimum: 0, maximum: 2 ** 31 }, 'Long!'],
    [{ type: 'integer', exclusiveMinimum: -1, exclusiveMaximum: 2 ** 31 }, 'Int!'],
    [{ type: ['integer', 'number'] }, 'Float!'],
    [{ type: 'boolean' }, 'Boolean!'],
    [{ type: ['string', 'null'] }, 'String'],
    [{ type: ['string', 'number'] }, 'JSON'],
    [{}, 'JSON'],
    [true, 'JSON'],
    [{ type: 'object' }, 'JSON!'],
    [object({ a: { type: 'string' } }, { additionalProperties: true }), 'JSON!'],
    [object({ a: { type: 'string' } }, { additionalProperties: { type: 'number' } }), 'JSON!'],
    [object({ a: { type: 'string' } }), 'Acme__M__Input_X!'],
    [{ type: 'object', properties: { a: { type: 'string' } } }, 'Acme__M__Input_X!'],
    [{ type: 'array', items: { type: 'number' } }, '[Float!]!'],
    [{ type: 'array', items: { type: 'array', items: { type: ['integer', 'null'] } } }, '[[Long]!]!'],
    [{ type: 'array', items: object({ a: { type: 'string' } }) }, '[Acme__M__Input_X!]!'],
    [{ type: 'array' }, 'JSON!'],
    [{ type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'number' } }, 'JSON!'],
    [{ enum: ['a', 'b'] }, 'Acme__M__Input_X!'],
    [{ const: 'a' }, 'Acme__M__Input_X!'],
    [{ enum: ['a', null] }, 'Acme__M__Input_X'],
    [{ enum: [1, 2] }, 'Int!'],
    [{ enum: [1, 2 ** 40] }, 'Long!'],
    [{ enum: [0.5, 1] }, 'Float!'],
    [{ enum: [true] }, 'Boolean!'],
    [{ enum: ['a', 1] }, 'JSON'],
    [{ 'x-tensor': { dtype: 'float32', shape: [1, -1] } }, 'Tensor!'],
    [{ type: 'string', contentMediaType: 'image/png' }, 'Base64!'],
    [{ type: 'string', contentMediaType: 'application/pdf', contentEncoding: 'base64' }, 'Base64!'],
    [{ $ref: '#/$defs/point' }, 'Acme__M__Input_Point!'],
    [{ anyOf: [{ $ref: '#/$defs/point' }, { type: 'null' }] }, 'Acme__M__Input_Point'],
    [{ oneOf: [{ type: 'string' }, { type: 'number' }] }, 'JSON'],
    [{ oneOf: [{ const: 'a' }, { const: 'b' }] }, 'Acme__M__Input_X!'],
    [{ allOf: [{ $ref: '#/$defs/point' }], required: ['at'] }, 'Acme__M__Input_X!'],
    [{ allOf: [{ type: 'string' }, { type: 'number' }] }, 'JSON'],
    [{ type: 'string', not: { const: 'x' } }, 'String!'],
    [{ ...object({ a: {}, b: {} }), anyOf: [{ required: ['a'] }, { required: ['b'] }] }, 'Acme__M__Input_X!'],
  ])('%j is %s', (schema, type) => {
    expect(shown(schema)).toBe(type);
  });

  it('may be left out where the schema does not require it', () => {
    expect(shown({ type: 'string' }, [])).toBe('String');
  });

  it('writes a definition that is used twice once', () => {
    const point = { $ref: '#/$defs/point' };
    const types = typesOf(object({ a: point, b: { type: 'array', items: point }, c: { anyOf: [point, { type: 'null' }] } }, { $defs: { point: object({ at: { type: 'number' } }) } }));
    expect(fieldsOf(types)).toEqual({ a: 'Acme__M__Input_Point', b: '[Acme__M__Input_Point!]', c: 'Acme__M__Input_Point' });
  });
});

describe('names that GraphQL does not know', () => {
  const types = typesOf(
    object({ 'mean radius': { type: 'number' }, mean_radius: { type: 'number' }, '1st': { enum: ['very high', 'very-high', 'true', 'ok'] }, __x: { type: 'string' }, inner: { type: 'array', items: object({ 'a-b': { type: ['string', 'null'] } }) } }),
    object({ 'top label': { type: 'string' } }, { required: ['top label'] }),
  );

  it('become names, and what they stand for is what the model is given', () => {
    expect(Object.keys(fieldsOf(types)!)).toEqual(['mean_radius_2', 'mean_radius', '_1st', '_x', 'inner']);
    const given = { mean_radius_2: 1, mean_radius: 2, _1st: 'very-high', _x: null, inner: [{ a_b: null }] };
    expect(types.toModelInput(given)).toEqual({ 'mean radius': 1, mean_radius: 2, '1st': 'very-high', inner: [{ 'a-b': null }] });
    expect(fieldsOf(types, 'Acme__M__Output')).toEqual({ top_label: 'String!' });
  });

  it('of enums stand for their texts', () => {
    expect(printModels([types])).toMatch(/enum Acme__M__Input_1st \{\s+"""very high"""\s+very_high\s+"""very-high"""\s+very_high_2\s+"""true"""\s+true_value\s+ok\s+\}/);
  });
});

it('makes a valid schema of whatever schemas a manifest may have', () => {
  const key = fc.oneof(fc.constantFrom('a', 'b', 'input', '__proto__', 'constructor', 'x y', '1', ''), fc.string({ maxLength: 6 }));
  const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>({}, true, { type: 'string' }, { type: ['integer', 'null'] }, { enum: ['a', 'A', 'true', ''] }, { const: null }, { 'x-tensor': { dtype: 'int64', shape: [] } }),
      fc.record({ type: fc.constant('array'), items: tie('schema') }),
      fc.record({ type: fc.constant('object'), properties: fc.dictionary(key, tie('schema'), { maxKeys: 4 }), required: fc.array(key, { maxLength: 2 }), description: fc.string() }),
      fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    ),
  }));
  fc.assert(
    fc.property(schema, schema, (input, output) => {
      const manifest = { ...typesOf(object({})).version.manifest, input: input as JsonSchema, output: output as JsonSchema };
      const types = ['m', 'm-input', '2'].map((name) => buildModelTypes({ owner: 'acme', name, label: '', version: '1.0.0', digest: '', manifest }));
      expect(validateSchema(buildSchema(printModels(types)))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
