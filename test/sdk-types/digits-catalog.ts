import { emitModule, type CatalogModel } from '@steelyard/codegen';
import { tasks } from '@steelyard/tasks';

const digits = { inputSchema: tasks['image-classification'].input, outputSchema: tasks['image-classification'].output };

/** A small catalog with what the reference models have: media, named columns, tensors, several versions. */
export const catalog: readonly CatalogModel[] = [
  {
    owner: 'acme',
    name: 'digits',
    task: 'image-classification',
    description: 'Handwritten digits.',
    versions: [
      { version: '1.10.0', ...digits },
      { version: '1.9.0', ...digits },
      {
        version: '2.0.0-rc.1',
        inputSchema: { ...digits.inputSchema, required: ['image', 'size'], properties: { ...(digits.inputSchema!['properties'] as object), size: { enum: ['small', 'large'] } } },
        outputSchema: digits.outputSchema,
      },
    ],
    channels: [
      { name: 'stable', version: '1.9.0' },
      { name: 'beta', version: '2.0.0-rc.1' },
    ],
  },
  {
    owner: 'clinic',
    name: 'breast-cancer',
    task: 'tabular-classification',
    description: 'Ends no comment: */ and says so.\nIn two lines.',
    versions: [
      {
        version: '1.0.0',
        inputSchema: {
          type: 'object',
          required: ['radius_mean', 'texture-mean'],
          additionalProperties: false,
          properties: { radius_mean: { type: 'number', description: 'In millimetres.' }, 'texture-mean': { type: 'number' }, note: { type: ['string', 'null'], default: null } },
        },
        outputSchema: tasks['tabular-classification'].output,
      },
    ],
    channels: [{ name: 'stable', version: '1.0.0' }],
  },
  {
    owner: 'acme',
    name: 'vectors',
    task: 'custom',
    description: '',
    versions: [
      {
        version: '0.1.0',
        inputSchema: { type: 'object', required: ['x'], properties: { x: { 'x-tensor': { dtype: 'float32', shape: [3] } }, tree: { $ref: '#/$defs/node' } }, $defs: { node: { type: 'object', required: ['v'], properties: { v: { type: 'integer' }, next: { type: 'array', items: { $ref: '#/$defs/node' } } } } } },
        outputSchema: { type: 'object', required: ['y', 'box'], properties: { y: { 'x-tensor': { dtype: 'int64', shape: [-1] } }, box: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }], items: false, minItems: 2 } } },
      },
    ],
    channels: [{ name: 'nightly', version: '0.1.0' }],
  },
  {
    owner: 'acme',
    name: 'story',
    task: 'text-generation',
    description: 'Small stories.',
    versions: [{ version: '1.0.0', inputSchema: { type: 'object', required: ['prompt'], properties: { prompt: { type: 'string' } } }, outputSchema: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } } }],
    channels: [{ name: 'stable', version: '1.0.0' }],
  },
];

export const generated = emitModule(catalog);
