import { describe, expect, it } from '@jest/globals';
import { tasks } from '@steelyard/tasks';
import { compileSchema } from './compile-schema.js';

describe('compileSchema', () => {
  it('takes media as base64 text, as a data URL and as bytes', () => {
    const validate = compileSchema(tasks['image-classification'].input!);
    for (const image of ['iVBORw0KGgo=', 'data:image/png;base64,iVBORw0KGgo=', new Uint8Array([1, 2]), Buffer.from('x')]) expect(validate({ image })).toEqual([]);
    expect(validate({ image: 7 })).toEqual([{ path: 'image', message: 'must be encoded media: base64 text, a data URL or bytes' }]);
    expect(validate({ image: '' })).toEqual([{ path: 'image', message: 'is empty' }]);
    expect(validate({})).toEqual([{ path: 'image', message: 'is missing' }]);
  });

  it('compiles the schemas of every task', () => {
    const schemas = Object.values(tasks).flatMap(({ input, output }) => [input, output]).filter((schema) => schema !== undefined);
    expect(schemas).toHaveLength(23);
    for (const schema of schemas) expect(compileSchema(schema)(7)).not.toEqual([]);
  });

  it('gives every problem with its path', () => {
    const validate = compileSchema({ type: 'object', required: ['a'], additionalProperties: false, properties: { a: { type: 'number' }, list: { type: 'array', items: { type: 'object', properties: { 'b c': { enum: [1, 2] } } } } } });
    expect(validate({ extra: 1, list: [{}, { 'b c': 3 }] })).toEqual([
      { path: 'a', message: 'is missing' },
      { path: 'extra', message: 'is not known here' },
      { path: 'list[1]["b c"]', message: 'must be one of 1, 2' },
    ]);
  });

  it('checks the type, shape and length of tensors', () => {
    const validate = compileSchema({ type: 'object', properties: { x: { 'x-tensor': { dtype: 'float32', shape: [-1, 2] } } } });
    const good = [
      { dtype: 'float32', shape: [2, 2], data: new Float32Array(4) },
      { dtype: 'float32', shape: [1, 2], data: [1, 2] },
      { dtype: 'float32', shape: [1, 2], data: Buffer.alloc(8).toString('base64') },
      { dtype: 'float32', shape: [0, 2], data: [] },
    ];
    for (const x of good) expect(validate({ x })).toEqual([]);
    const bad: [unknown, string][] = [
      [[1, 2], 'must be a tensor {dtype, shape, data}'],
      [{ dtype: 'int8', shape: [1, 2], data: [1, 2] }, 'must have dtype float32, not "int8"'],
      [{ dtype: 'float32', shape: [2], data: [1, 2] }, 'must have shape [-1, 2], not [2]'],
      [{ dtype: 'float32', shape: [1, 2], data: [1] }, 'must have 2 elements, not 1'],
      [{ dtype: 'float32', shape: [1, 2], data: new Float64Array(2) }, 'must have its data as a flat list, as base64 text, or as typed numbers'],
      [{ dtype: 'float32', shape: [1, 2], data: 'AAAA' }, 'must have 8 bytes of data, not 3'],
      [{ dtype: 'float32', shape: [-1, 2], data: [] }, 'must have a shape of whole numbers'],
      [{ dtype: 'float32', shape: [1e9, 2], data: [] }, 'must have 2000000000 elements, not 0'],
    ];
    for (const [x, message] of bad) expect(validate({ x })).toEqual([{ path: 'x', message }]);
  });

  it('does not look at every number of a tensor', () => {
    const validate = compileSchema({ type: 'object', properties: { x: { 'x-tensor': { dtype: 'float32', shape: [2_000_000] } } } });
    const data = Array(2_000_000).fill("never read");
    expect(validate({ x: { dtype: 'float32', shape: [2_000_000], data } })).toEqual([]);
  });

  it('gives one problem of a value with very many', () => {
    const validate = compileSchema({ type: 'object', properties: { list: { type: 'array', items: { type: 'string' } } } });
    expect(validate({ list: Array(100_000).fill(1) })).toEqual([{ path: 'list[0]', message: 'must be string' }]);
    expect(validate({ list: Array(1_000).fill(1) })).toHaveLength(20);
  });

  it.each([
    ['a keyword that is none', { type: 'object', requird: [] }, 'requird'],
    ['a type that is none', { type: 'objekt' }, ''],
    ['a schema that grows without bound', { type: 'object', $defs: Object.fromEntries(Array.from({ length: 14 }, (_item, n) => [`d${n}`, n === 13 ? {} : { anyOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] }])), allOf: [{ $ref: '#/$defs/d0' }] }, ''],
  ])('refuses %s', (_what, schema, path) => {
    expect(() => compileSchema(schema)).toThrow(expect.objectContaining({ code: 'PACKAGE.SCHEMA_INVALID', details: { problems: expect.arrayContaining([expect.objectContaining({ path })]) } }));
  });
});
