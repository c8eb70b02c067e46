import { expect, it } from '@jest/globals';
import type { JsonSchema } from '@steelyard/model-package';
import { misfits } from './misfits.js';
import { shapeOf } from './shape.js';

const out = (properties: object, required: readonly string[] = Object.keys(properties)): JsonSchema => ({ type: 'object', properties, required });
const text = { type: 'string' };

it.each<[string, JsonSchema, JsonSchema, string[]]>([
  ['the same', out({ a: text }), out({ a: text }), []],
  ['one field more', out({ a: text, b: text }), out({ a: text }), []],
  ['free JSON, of which no field can be asked', out({}), out({ a: text }), ['output is of another type']],
  ['a required field less', out({ b: text }), out({ a: text, b: text }), ['output.a is missing']],
  ['an optional field less', out({ b: text }), out({ a: text, b: text }, ['b']), []],
  ['a field that may be missing', out({ a: text, b: text }, ['b']), out({ a: text, b: text }), ['output.a may be missing']],
  ['null', out({ a: { type: ['string', 'null'] } }), out({ a: text }), ['output.a may be null']],
  ['null where a field may be missing', out({ a: { type: ['string', 'null'] } }), out({ a: text }, []), []],
  ['another type', out({ a: { type: 'number' } }), out({ a: text }), ['output.a is of another type']],
  ['whole numbers for numbers', out({ a: { type: 'integer' } }), out({ a: { type: 'number' } }), []],
  ['numbers for whole numbers', out({ a: { type: 'number' } }), out({ a: { type: 'integer' } }), ['output.a is of another type']],
  ['one label more', out({ a: { enum: ['x', 'y'] } }), out({ a: { enum: ['x'] } }), ['output.a may be "y"']],
  ['one label less', out({ a: { enum: ['x'] } }), out({ a: { enum: ['x', 'y'] } }), []],
  ['labels for text', out({ a: { enum: ['x'] } }), out({ a: text }), []],
  ['text for labels', out({ a: text }), out({ a: { enum: ['x'] } }), ['output.a is of another type']],
  ['in a list', out({ a: { type: 'array', items: out({ b: { type: 'number' } }) } }), out({ a: { type: 'array', items: out({ b: text }) } }), ['output.a[].b is of another type']],
  ['anything for free JSON', out({ a: text }), {}, []],
])('%s', (_what, answer, typed, problems) => {
  const found = misfits(shapeOf(answer), shapeOf(typed)).map(({ path, message }) => `${path} ${message}`);
  expect(found).toEqual(problems);
});
