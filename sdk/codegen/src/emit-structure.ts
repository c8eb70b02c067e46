import { emitType, isSchema, listOf, type Place, type Schema } from './emit-type.js';
import { arrayOf, atom, docComment, NEVER, operand, propertyName, type TypeText, unionOf, UNKNOWN } from './type-text.js';

/** An object type: one property a line, with the schema's descriptions. */
export function emitObject(schema: Schema, place: Place): TypeText {
  const properties = isSchema(schema['properties']) ? Object.entries(schema['properties']) : [];
  const required = new Set(listOf(schema['required']).filter((name) => typeof name === 'string'));
  const inner: Place = { ...place, indent: `${place.indent}  ` };
  const fields = properties.map(([name, property]) => emitField(name, property, { place: inner, isRequired: required.has(name) }));
  const declared = new Set(properties.map(([name]) => name));
  for (const name of required) {
    if (!declared.has(name)) fields.push(emitField(name, extraOf(schema) ?? true, { place: inner, isRequired: true }));
  }
  const rest = emitRest(schema, { place: inner, fields });
  if (fields.length === 0) return rest ? atom(`{ [key: string]: ${rest.text} }`, [rest]) : atom(`{ [key: string]: ${isClosed(schema) ? 'never' : 'unknown'} }`);
  const lines = fields.map((field) => `${field.doc}${inner.indent}${field.text};\n`);
  if (rest) lines.push(`${inner.indent}[key: string]: ${rest.text};\n`);
  return atom(`{\n${lines.join('')}${place.indent}}`, [...fields.map(({ type }) => type), ...(rest ? [rest] : [])]);
}

interface Field {
  readonly doc: string;
  readonly text: string;
  /** What reading the property gives, `undefined` included. */
  readonly type: TypeText;
}

/** Every object has these, of another type, and TypeScript compares them with a property that may be missing. */
const INHERITED = new Set(['constructor', 'toString', 'toLocaleString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable']);

function emitField(name: string, schema: unknown, { place, isRequired }: { place: Place; isRequired: boolean }): Field {
  const type = !isRequired && INHERITED.has(name) ? UNKNOWN : emitType(schema, place);
  const orMissing = unionOf([type, atom('undefined')]);
  // A field that is given as `undefined` is not sent; a field of an answer is there or not.
  const shown = !isRequired && place.context.direction === 'input' ? orMissing : type;
  return { doc: docOf(schema, place.indent), text: `${propertyName(name)}${isRequired ? '' : '?'}: ${shown.text}`, type: isRequired ? type : orMissing };
}

function docOf(schema: unknown, indent: string): string {
  if (!isSchema(schema)) return '';
  const { title, description, deprecated } = schema;
  const text = typeof description === 'string' ? description : typeof title === 'string' ? title : undefined;
  const fallback = schema['default'];
  return docComment([text, fallback === undefined ? undefined : `@default ${JSON.stringify(fallback)}`, deprecated === true ? '@deprecated' : undefined], indent);
}

/** The index signature, which in TypeScript must cover the named properties too; `undefined` for a closed object. */
function emitRest(schema: Schema, { place, fields }: { place: Place; fields: readonly Field[] }): TypeText | undefined {
  const patterns = isSchema(schema['patternProperties']) ? Object.values(schema['patternProperties']) : [];
  const extra = extraOf(schema);
  const types = [...patterns, ...(extra === undefined || extra === false ? [] : [extra])].map((item) => emitType(item, place));
  return types.length === 0 ? undefined : unionOf([...types, ...fields.map(({ type }) => type)]);
}

function extraOf(schema: Schema): unknown {
  return schema['additionalProperties'] ?? schema['unevaluatedProperties'];
}

function isClosed(schema: Schema): boolean {
  return extraOf(schema) === false;
}

/** A list, or a tuple where the first items have schemas of their own. */
export function emitArray(schema: Schema, place: Place): TypeText {
  const mutable = place.context.direction === 'output';
  const { items } = schema;
  const itemsMax = typeof schema['maxItems'] === 'number' ? schema['maxItems'] : Infinity;
  const first = listOf(schema['prefixItems']).slice(0, itemsMax);
  if (first.length === 0) return arrayOf(items === undefined ? UNKNOWN : emitType(items, place), mutable);
  const itemsMin = typeof schema['minItems'] === 'number' ? schema['minItems'] : 0;
  const types = first.map((item) => emitType(item, place));
  const elements = types.map((type, index) => (index < itemsMin ? type.text : `${operand(type)}?`));
  const rest = itemsMax <= first.length ? NEVER : items === undefined ? UNKNOWN : emitType(items, place);
  if (rest.text !== NEVER.text) elements.push(`...${arrayOf(rest, true).text}`);
  return atom(`${mutable ? '' : 'readonly '}[${elements.join(', ')}]`, [...types, rest]);
}
