import { describe, expect, it } from '@jest/globals';
import { emitModule, generateTypes, type CatalogModel } from '@steelyard/codegen';
import fc from 'fast-check';
import { checkTypes } from './check-types.js';
import { catalog, generated } from './digits-catalog.js';

describe('generated types', () => {
  it('read as the catalog says', () => {
    expect(generated).toMatchSnapshot();
  });

  it('are the same text for the same catalog, in whatever order it comes', () => {
    const shuffled = [...catalog].reverse().map((model) => ({ ...model, versions: [...model.versions].reverse(), channels: [...model.channels].reverse() }));
    expect(emitModule(shuffled)).toBe(generated);
  });

  it('are a module even when the key can call nothing', () => {
    const text = emitModule([]);
    expect(checkTypes({ 'steelyard.gen.ts': text })).toEqual([]);
    const use = "import { createClient } from '@steelyard/client';\nimport type { Models } from './steelyard.gen.js';\nvoid createClient<Models>().run('a/b', {});\n";
    expect(checkTypes({ 'steelyard.gen.ts': text, 'use.ts': use }).map(({ line }) => line)).toEqual([3]);
  });

  it('are read from every page of the catalog; versions that are not ready are left out', async () => {
    const node = (name: string, state: string) => ({
      owner: 'acme', name, task: 'custom', description: '', channels: [{ name: 'stable', version: { version: '1.0.0' } }],
      versions: [{ version: '1.0.0', state, inputSchema: { type: 'object' }, outputSchema: { type: 'object' } }],
    });
    const cursors: unknown[] = [];
    const graphql = async <T>(_document: string, variables?: Readonly<Record<string, unknown>>): Promise<T> => {
      cursors.push(variables?.['after']);
      const isFirst = variables?.['after'] === null;
      return { models: { nodes: [isFirst ? node('one', 'READY') : node('two', 'TESTING')], pageInfo: { hasNextPage: isFirst, endCursor: 'c1' } } } as T;
    };
    const text = await generateTypes({ client: { graphql } });
    expect(cursors).toEqual([null, 'c1']);
    expect(text).toContain("'acme/one': Models['acme/one@1.0.0'];");
    expect(text).not.toContain('acme/two');
  });
});

/** A schema with a value that it accepts. */
interface Example {
  readonly schema: unknown;
  readonly value: unknown;
}

/** Names and texts that try to end a string, a comment or a line, or mean something to JavaScript. */
const hostile = fc.constantFrom("it's", '"', '\\', '*/ x', '`${x}`', 'a-b', '1', '', '__proto__', 'constructor', 'new\nline', '\u2028', '//', '\ud800', 'é', '{', 'a b');
const name = fc.oneof(fc.stringMatching(/^[a-z_]{1,5}$/), hostile);
const words = fc.oneof(fc.string({ maxLength: 12, unit: 'binary' }), hostile);

const { example } = fc.letrec<{ example: Example }>((tie) => {
  const field = fc.record({ name, part: tie('example'), isRequired: fc.boolean(), isGiven: fc.boolean(), doc: fc.option(words, { nil: undefined }) });
  const annotated = (schema: unknown, doc: string | undefined) => (typeof schema === 'object' && doc !== undefined ? { ...schema, description: doc } : schema);
  return {
    example: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      words.map((value) => ({ schema: { type: 'string' }, value })),
      fc.integer().map((value) => ({ schema: { type: 'integer', minimum: -(2 ** 40) }, value })),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ schema: { type: ['number', 'null'] }, value })),
      fc.boolean().map((value) => ({ schema: { type: 'boolean' }, value })),
      fc.constantFrom(null, 1, 'x').map((value) => ({ schema: true, value })),
      fc.uniqueArray(fc.oneof(words, fc.integer(), fc.constant(null)), { minLength: 1, maxLength: 4 }).map((values) => ({ schema: { enum: values }, value: values.at(-1) })),
      fc.jsonValue({ maxDepth: 2 }).map((value) => ({ schema: { const: value }, value })),
      fc.constant({ schema: { type: 'string', contentMediaType: 'image/png', contentEncoding: 'base64' }, value: 'AAAA' }),
      fc.constantFrom('float32', 'uint8').map((dtype) => ({ schema: { 'x-tensor': { dtype, shape: [1] } }, value: { dtype, shape: [1], data: [1] } })),
      fc.uniqueArray(field, { maxLength: 4, selector: (f) => f.name }).chain((fields) =>
        fc.constantFrom(undefined, false, true, { type: 'number' }).map((additionalProperties) => ({
          schema: {
            type: 'object',
            properties: Object.fromEntries(fields.map((f) => [f.name, annotated(f.part.schema, f.doc)])),
            required: fields.filter((f) => f.isRequired).map((f) => f.name),
            ...(additionalProperties !== undefined && { additionalProperties }),
          },
          value: Object.fromEntries(fields.filter((f) => f.isRequired || f.isGiven).map((f) => [f.name, f.part.value])),
        })),
      ),
      fc.array(tie('example'), { maxLength: 3 }).chain((items) =>
        fc.tuple(fc.nat({ max: items.length }), fc.nat({ max: items.length })).map(([minItems, more]) => ({
          schema: { type: 'array', prefixItems: items.map((item) => item.schema), minItems, ...(items.length % 2 === 0 && { items: false }) },
          value: items.slice(0, Math.max(minItems, more)).map((item) => item.value),
        })),
      ),
      tie('example').map((item) => ({ schema: { type: 'array', items: item.schema }, value: [item.value, item.value] })),
      fc.array(tie('example'), { minLength: 1, maxLength: 3 }).map((choices) => ({ schema: { anyOf: choices.map((choice) => choice.schema) }, value: choices[0]!.value })),
      tie('example').map((item) => ({ schema: { allOf: [item.schema, true, {}] }, value: item.value })),
    ),
  };
});

function modelOf(item: Example, index: number, description: string): CatalogModel {
  const schema = { type: 'object', required: ['field'], properties: { field: item.schema } };
  return { owner: 'o', name: `m${index}`, task: 'custom', description, versions: [{ version: '1.0.0', inputSchema: schema, outputSchema: schema }], channels: [{ name: 'stable', version: '1.0.0' }] };
}

/** JSON is JavaScript but for `__proto__`, which a literal would take for the prototype. */
const literal = (value: unknown) => JSON.stringify(value).replaceAll('"__proto__":', '["__proto__"]:');

describe('generated types of any schema', () => {
  it('compile, and take every value that the schema takes', () => {
    const cases = fc.array(fc.tuple(example, words), { minLength: 10, maxLength: 25 });
    fc.assert(
      fc.property(cases, (items) => {
        const models = items.map(([item, description], index) => modelOf(item, index, description));
        const uses = items.map(([item], index) => {
          const text = `{ field: ${literal(item.value)} }`;
          return `export const i${index}: Models['o/m${index}']['input'] = ${text};\nexport const o${index}: Models['o/m${index}']['output'] = ${text};`;
        });
        const files = { 'steelyard.gen.ts': emitModule(models), 'use.ts': `import type { Models } from './steelyard.gen.js';\n${uses.join('\n')}\n` };
        expect(checkTypes(files)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it('compile where an item that may be left out is a list itself', () => {
    const prefixItems = [{ type: 'array', items: { type: 'number' } }, { type: 'array', prefixItems: [{ type: 'string' }] }, { const: [1] }, { enum: [[2], [3]] }, { type: ['array', 'null'], items: {} }];
    const value = [[1, 2], ['x'], [1], [3], null];
    const schema = { type: 'array', prefixItems, items: false };
    const uses = value.map((_item, index) => `void ([${JSON.stringify(value.slice(0, index + 1))}] satisfies Models['o/m0']['input']['field'][]);`);
    const use = `import type { Models } from './steelyard.gen.js';\n${uses.join('\n')}\n`;
    expect(checkTypes({ 'steelyard.gen.ts': emitModule([modelOf({ schema, value }, 0, '')]), 'use.ts': use })).toEqual([]);
  });

  it('compile for any references among parts, circles included', () => {
    const parts = ['a', 'b', 'c', 'd'];
    const ref = fc.constantFrom(...parts.map((part) => `#/$defs/${part}`), '#', '#/$defs/missing', 'https://example.org/x').map(($ref) => ({ $ref }));
    const body = fc.oneof(
      ref,
      fc.array(ref, { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
      fc.array(ref, { minLength: 1, maxLength: 3 }).map((allOf) => ({ allOf })),
      ref.map((next) => ({ type: 'object', properties: { next } })),
      ref.map((items) => ({ type: 'array', items })),
      fc.array(ref, { minLength: 1, maxLength: 2 }).map((prefixItems) => ({ type: 'array', prefixItems })),
      ref.map((additionalProperties) => ({ type: 'object', additionalProperties })),
    );
    const $defs = fc.record(Object.fromEntries(parts.map((part) => [part, fc.oneof(body, fc.tuple(body, body).map((anyOf) => ({ anyOf })))])));
    const many = fc.array(fc.record({ $defs, root: fc.oneof(ref, body) }), { minLength: 5, maxLength: 10 });
    fc.assert(
      fc.property(many, (schemas) => {
        const models = schemas.map(({ $defs, root }, index) => {
          const schema = { ...root, $defs };
          return { ...modelOf({ schema: true, value: 0 }, index, ''), versions: [{ version: '1.0.0', inputSchema: schema, outputSchema: schema }] };
        });
        expect(checkTypes({ 'steelyard.gen.ts': emitModule(models) })).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });
});
