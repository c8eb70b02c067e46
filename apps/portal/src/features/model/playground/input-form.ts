import type { ModelVersion } from '../model';
import type { JsonObject } from './draft';

/** One number, text or choice of a table's row. */
export interface TableField {
  readonly name: string;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly type: 'number' | 'string';
}

/** What the task of text generation lets one set. */
const GENERATION_SETTINGS = ['maxTokens', 'temperature', 'topP', 'seed', 'stop', 'jsonSchema'] as const;

/** How an input is put together: by the task where its schema allows that, else by the schema alone. */
export type InputForm =
  | { readonly kind: 'image'; readonly field: string; readonly drawable: boolean }
  | { readonly kind: 'audio'; readonly field: string }
  | { readonly kind: 'text'; readonly field: string }
  | { readonly kind: 'series'; readonly field: string }
  /** `settings`: what may be set beside the text. */
  | { readonly kind: 'generation'; readonly modes: readonly ('chat' | 'prompt')[]; readonly settings: readonly string[] }
  | { readonly kind: 'table'; readonly fields: readonly TableField[] }
  | { readonly kind: 'schema'; readonly schema: JsonObject };

/** What the task of a version is. */
export function taskOf({ manifest }: Pick<ModelVersion, 'manifest'>): string {
  return String(objectOf(manifest)['task']);
}

export function formOf(version: Pick<ModelVersion, 'inputSchema' | 'manifest'>): InputForm {
  const schema = objectOf(version.inputSchema);
  return formOfTask(taskOf(version), schema, version.manifest) ?? { kind: 'schema', schema };
}

function formOfTask(task: string, schema: JsonObject, manifest: unknown): InputForm | undefined {
  switch (task) {
    case 'image-classification':
    case 'object-detection':
    case 'image-segmentation':
    case 'ocr':
      return oneField(schema, isMedia('image/'), (field) => ({ kind: 'image', field, drawable: readsGray(manifest) }));
    case 'audio-classification':
    case 'voice-activity-detection':
      return oneField(schema, isMedia('audio/'), (field) => ({ kind: 'audio', field }));
    case 'text-classification':
    case 'token-classification':
    case 'text-embedding':
      return oneField(schema, isText, (field) => ({ kind: 'text', field }));
    case 'time-series-forecasting':
      return oneField(schema, isSeries, (field) => ({ kind: 'series', field }));
    case 'text-generation':
      return generationForm(schema);
    case 'tabular-classification':
      return tableForm(schema);
    default:
      return undefined;
  }
}

export function objectOf(json: unknown): JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {};
}

/** One field of its kind, and nothing else that must be given. */
function oneField(schema: JsonObject, isKind: (property: JsonObject) => boolean, form: (field: string) => InputForm): InputForm | undefined {
  const fields = Object.entries(objectOf(schema['properties'])).filter(([, property]) => isKind(objectOf(property)));
  const [field] = fields[0] ?? [];
  if (fields.length !== 1 || field === undefined || requiredOf(schema).some((name) => name !== field)) return undefined;
  return form(field);
}

function isMedia(type: string): (property: JsonObject) => boolean {
  return ({ contentMediaType, contentEncoding }) => typeof contentMediaType === 'string' && contentMediaType.startsWith(type) && contentEncoding === 'base64';
}

function isText({ type, contentEncoding, enum: choices }: JsonObject): boolean {
  return type === 'string' && contentEncoding === undefined && choices === undefined;
}

function isSeries({ type, items }: JsonObject): boolean {
  const { type: item } = objectOf(items);
  return type === 'array' && (item === 'number' || item === 'integer');
}

/** Whatever more a model asks for is for the form of its schema. */
function generationForm(schema: JsonObject): InputForm | undefined {
  const names = Object.keys(objectOf(schema['properties']));
  const ways = { messages: 'chat', prompt: 'prompt' } as const;
  const modes = (['messages', 'prompt'] as const).filter((name) => names.includes(name)).map((name) => ways[name]);
  if (modes.length === 0 || requiredOf(schema).some((name) => !Object.hasOwn(ways, name))) return undefined;
  return { kind: 'generation', modes, settings: GENERATION_SETTINGS.filter((name) => names.includes(name)) };
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
