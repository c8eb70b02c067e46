import type { ModelVersion } from '../model';
import type { JsonObject } from './draft';

/** One number, text or choice of a table's row. */
export interface TableField {
  readonly name: string;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly type: 'number' | 'string';
}

/** How an input is put together: by the task where its schema allows that, else by the schema alone. */
export type InputForm =
  | { readonly kind: 'image'; readonly field: string; readonly drawable: boolean }
  | { readonly kind: 'table'; readonly fields: readonly TableField[] }
  | { readonly kind: 'schema'; readonly schema: JsonObject };

type Task = 'image-classification' | 'tabular-classification';

export function formOf({ inputSchema, manifest }: Pick<ModelVersion, 'inputSchema' | 'manifest'>): InputForm {
  const schema = objectOf(inputSchema);
  const task = objectOf(manifest)['task'] as Task;
  const fallback: InputForm = { kind: 'schema', schema };
  if (task === 'image-classification') return imageForm(schema, manifest) ?? fallback;
  if (task === 'tabular-classification') return tableForm(schema) ?? fallback;
  return fallback;
}

export function objectOf(json: unknown): JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {};
}

/** One image and nothing else that must be given. */
function imageForm(schema: JsonObject, manifest: unknown): InputForm | undefined {
  const images = Object.entries(objectOf(schema['properties'])).filter(([, property]) => isImage(objectOf(property)));
  const [field] = images[0] ?? [];
  const required = requiredOf(schema);
  if (images.length !== 1 || field === undefined || required.some((name) => name !== field)) return undefined;
  return { kind: 'image', field, drawable: readsGray(manifest) };
}

function isImage({ contentMediaType, contentEncoding }: JsonObject): boolean {
  return typeof contentMediaType === 'string' && contentMediaType.startsWith('image/') && contentEncoding === 'base64';
}

/** A model without colours can be given a drawing; one of photographs has no use for it. */
function readsGray(manifest: unknown): boolean {
  const steps = objectOf(manifest)['pre'];
  return Array.isArray(steps) && steps.map(objectOf).some(({ op, color }) => op === 'decode' && color === 'gray');
}

function tableForm(schema: JsonObject): InputForm | undefined {
  const required = requiredOf(schema);
  const properties = objectOf(schema['properties']);
  const fields = namesInOrder(schema).map((name) => {
    const { type, description } = objectOf(properties[name]);
    return { name, type: type === 'integer' ? 'number' : type, description: typeof description === 'string' ? description : undefined, required: required.includes(name) };
  });
  const plain = fields.filter((field): field is TableField => field.type === 'number' || field.type === 'string');
  return fields.length > 0 && plain.length === fields.length ? { kind: 'table', fields: plain } : undefined;
}

/** The provider's order: databases keep that of a list, and not that of an object's keys. */
export function namesInOrder(schema: JsonObject): readonly string[] {
  const properties = objectOf(schema['properties']);
  return [...new Set([...requiredOf(schema).filter((name) => Object.hasOwn(properties, name)), ...Object.keys(properties)])];
}

function requiredOf({ required }: JsonObject): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}
