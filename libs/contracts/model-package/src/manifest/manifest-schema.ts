import { NAME_PATTERN } from '@steelyard/kernel';
import { TASK_NAMES, type JsonSchema } from '@steelyard/tasks';
import { priceSchema } from '../price/price-schema.js';
import { postOpsSchema, preOpsSchema } from './op-schemas.js';

/** https://semver.org, "Is there a suggested regular expression". */
const SEMVER = '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?$';

/** The shape of an SPDX licence expression; the identifiers themselves are not looked up. */
const SPDX = '^\\(*[A-Za-z0-9][A-Za-z0-9.+:-]*\\)*( (AND|OR|WITH) \\(*[A-Za-z0-9][A-Za-z0-9.+:-]*\\)*)*$';

/** One line: no control characters, tabs among them, and no separators of lines. */
const LINE = '^[^\\p{Cc}\\u2028\\u2029]*$';

/** Lines of text that says something: no control characters but the ends of lines. */
const PARAGRAPH = '^(?=[^]*\\S)([^\\p{Cc}\\u2028\\u2029]|\\n)*$';

/** Addresses that are safe to follow: no script, no name and password before the host. */
const SUPPORT = '^(mailto:[A-Za-z0-9.!#$%*+/=_~-]+@[A-Za-z0-9.-]+|https://[A-Za-z0-9.-]+(:\\d{1,5})?([/?#][!#-;=?-~]*)?)$';

const path = { type: 'string', minLength: 1, maxLength: 200, description: 'A path inside the package, with forward slashes.' };

function group(description: string, properties: Record<string, unknown>): JsonSchema {
  return { type: 'object', description, additionalProperties: false, default: {}, properties };
}

/**
 * The JSON Schema 2020-12 of `model.yaml`, for editors; the reader validates with the same object and takes every
 * default from it. `schema/model.schema.json` is this, written out. Rules that cross fields are in `check-manifest.ts`.
 */
export const manifestSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://steelyard.dev/schema/model.schema.json',
  title: 'Steelyard model package (model.yaml)',
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'name', 'version', 'license', 'task', 'runtime'],
  properties: {
    schema: { const: 1, description: 'The version of this format.' },
    name: { type: 'string', pattern: `^${NAME_PATTERN}$`, description: 'Lower case letters, digits and inner hyphens; the owner is the organization that publishes.' },
    version: { type: 'string', maxLength: 128, pattern: SEMVER, description: 'A semantic version, e.g. 1.0.0.' },
    license: { type: 'string', maxLength: 200, pattern: SPDX, description: 'An SPDX licence expression, e.g. Apache-2.0.' },
    task: { enum: TASK_NAMES, description: 'Gives default input and output schemas; `custom` gives none.' },
    description: { type: 'string', maxLength: 200, pattern: LINE, default: '', description: 'One line about the model.' },
    // No defaults: a manifest that has none of these means what it meant before there were any, and keeps its digest.
    intendedUse: { type: 'string', minLength: 1, maxLength: 1000, pattern: PARAGRAPH, description: 'For whom and for what the model was made; needed to list it publicly.' },
    outOfScopeUse: { type: 'string', minLength: 1, maxLength: 1000, pattern: PARAGRAPH, description: 'What the model was not made for, and what must not be decided by it.' },
    tags: {
      type: 'array',
      description: 'Words that the model is found by, e.g. vision.',
      maxItems: 10,
      uniqueItems: true,
      items: { type: 'string', pattern: `^${NAME_PATTERN}$`, description: 'Lower case letters, digits and inner hyphens.' },
    },
    support: { type: 'string', maxLength: 200, pattern: SUPPORT, description: 'Where to ask for help: mailto:name@example.org or https://example.org/help.' },
    runtime: {
      type: 'object',
      description: 'What runs the model.',
      additionalProperties: false,
      required: ['name', 'range'],
      properties: {
        name: { type: 'string', pattern: `^${NAME_PATTERN}$`, description: 'E.g. onnx.' },
        range: { type: 'string', minLength: 1, maxLength: 100, description: "Which versions of the runtime's package, e.g. ^0.1.0." },
        options: { type: 'object', default: {}, description: "The runtime's own options." },
      },
    },
    artifacts: {
      type: 'array',
      description: 'The files that the runtime loads.',
      maxItems: 1000,
      default: [],
      items: { type: 'object', additionalProperties: false, required: ['path'], properties: { path } },
    },
    card: { ...path, default: 'README.md', description: 'The model card, as Markdown.' },
    samples: { const: 'samples/', description: 'Where the samples are: samples/*.json.' },
    input: { type: 'object', description: "JSON Schema 2020-12 of one call's input; needed where the task gives none." },
    output: { type: 'object', description: "JSON Schema 2020-12 of one call's output; needed where the task gives none." },
    pre: preOpsSchema,
    post: postOpsSchema,
    batching: group('How calls are put together.', {
      maxSize: { type: 'integer', minimum: 1, maximum: 1024, default: 32, description: 'How many calls run at once at most.' },
      maxDelayMs: { type: 'integer', minimum: 0, maximum: 1000, default: 0, description: 'How long the first call of a batch waits for others; 0 batches what queued by itself.' },
    }),
    resources: group('What the model needs.', {
      gpu: { enum: ['never', 'prefer', 'require'], default: 'prefer' },
      memoryMb: { type: 'integer', minimum: 16, maximum: 1_048_576, default: 512 },
    }),
    limits: group('When the model is taken to hang.', {
      loadMs: { type: 'integer', minimum: 1, maximum: 600_000, default: 30_000 },
      runMs: { type: 'integer', minimum: 1, maximum: 600_000, default: 10_000 },
    }),
    price: priceSchema,
  },
};
