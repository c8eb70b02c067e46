import fc from 'fast-check';
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

const LEVELS_MAX = 5;

const noise: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('null', 'true', '-1', '1e999', '99999999999999999999', '""', '"\\u0000"', '[]', '{}', 'NOWHERE', '$unknown', '[[[[1]]]]', '"2026-13-45"', '{ __proto__: 1 }'),
  fc.string({ maxLength: 20 }).map((text) => JSON.stringify(text)),
  fc.integer().map(String),
);

/** A value for an argument: of the right form, most times, since only that gets past the validation. */
function valueOf(type: GraphQLInputType, level = 0): fc.Arbitrary<string> {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return fc.array(valueOf(nullable.ofType, level + 1), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`);
  if (isEnumType(nullable)) return fc.constantFrom(...nullable.getValues().map(({ name }) => name));
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields()).filter((field) => isNonNullType(field.type) || level < 2);
    return fc.tuple(...fields.map((field) => valueOf(field.type, level + 1).map((value) => `${field.name}: ${value}`))).map((parts) => `{ ${parts.join(', ')} }`);
  }
  switch (nullable.name) {
    case 'Int':
      return fc.oneof(fc.integer({ min: -5, max: 200 }).map(String), noise);
    case 'Boolean':
      return fc.constantFrom('true', 'false');
    case 'Float':
    case 'Nano':
      return fc.oneof(fc.integer().map((value) => `"${value}"`), noise);
    case 'DateTime':
      return fc.oneof(fc.constantFrom('"2026-01-01T00:00:00Z"', '"0001-01-01T00:00:00Z"', '"+275760-09-13T00:00:00.000Z"'), noise);
    case 'JSON':
      return fc.oneof(noise, fc.json({ maxDepth: 2 }).map((json) => JSON.stringify(json)));
    default:
      return fc.oneof({ weight: 3, arbitrary: fc.string({ maxLength: 30 }).map((text) => JSON.stringify(text)) }, { weight: 1, arbitrary: fc.constantFrom('"00000000-0000-7000-8000-000000000000"', '"victim/secret@1.0.0"', '"-1"', '"1e400"') });
  }
}

function fieldOf(field: GraphQLField<unknown, unknown>, level: number): fc.Arbitrary<string> {
  const args = field.args.map((arg) => fc.tuple(fc.constant(arg.name), isNonNullType(arg.type) ? fc.constant(true) : fc.boolean(), fc.oneof({ weight: 9, arbitrary: valueOf(arg.type) }, { weight: 1, arbitrary: noise })));
  const written = args.length === 0 ? fc.constant('') : fc.tuple(...args).map((all) => all.flatMap(([name, given, value]) => (given ? [`${name}: ${value}`] : [])).join(', '));
  const around = fc.constantFrom('', '', '', ' @skip(if: false)', ' @include(if: true)', ' @skip(if: true)');
  return fc.tuple(written, around, selectionOf(getNamedType(field.type), level + 1)).map(([given, directive, inner]) => `${field.name}${given && `(${given})`}${directive}${inner}`);
}

/** What is selected of a type: nothing of a scalar, the name alone where it gets deep. */
function selectionOf(type: GraphQLNamedType, level: number): fc.Arbitrary<string> {
  if (!isCompositeType(type)) return fc.constant('');
  if (level >= LEVELS_MAX) return fc.constant(' { __typename }');
  if (isUnionType(type)) return fc.subarray([...type.getTypes()], { minLength: 1 }).chain((members) => fc.tuple(...members.map((member) => selectionOf(member, level + 1).map((inner) => `... on ${member.name}${inner}`)))).map((parts) => ` { ${parts.join(' ')} }`);
  const all = Object.values(type.getFields());
  return fc
    .subarray(all, { minLength: 1, maxLength: Math.min(4, all.length) })
    .chain((fields) => fc.tuple(...fields.map((field) => fieldOf(field, level))))
    .map((parts) => ` { __typename ${parts.join(' ')} }`);
}

/** Documents of the schema's own grammar, each of one root field. */
export function documentsOf(schema: GraphQLSchema): fc.Arbitrary<string> {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((root) => isObjectType(root));
  const fields = roots.flatMap((root) => Object.values(root.getFields()).map((field) => ({ root, field })));
  return fc.constantFrom(...fields).chain(({ root, field }) => fieldOf(field, 0).map((text) => `${root === schema.getQueryType() ? 'query' : 'mutation'} { ${text} }`));
}
