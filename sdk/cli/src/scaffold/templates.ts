import type { TaskName } from '@steelyard/tasks';
import { encodeLinearModel } from './linear-model.js';
import type { ScaffoldFile } from './package-files.js';
import { encodeGreyPng } from './png-image.js';

export const RUNTIMES = ['onnx', 'echo'] as const;

export type RuntimeName = (typeof RUNTIMES)[number];

interface Template {
  readonly description: string;
  readonly intendedUse: string;
  /** The part of `model.yaml` that is this template's own; whole lines. */
  readonly manifest: string;
  readonly files: readonly ScaffoldFile[];
}

export function templateOf(task: TaskName, runtime: RuntimeName): Template | undefined {
  return TEMPLATES[`${task} ${runtime}`]?.();
}

const TEMPLATES: Readonly<Record<string, () => Template>> = {
  'image-classification onnx': brightness,
  'tabular-classification onnx': shape,
  'custom onnx': tensors,
  'custom echo': echo,
};

const SIDE = 28;

/** Tells dark images from bright ones by their mean. */
function brightness(): Template {
  const pixels = SIDE * SIDE;
  const steepness = 20 / pixels;
  return {
    description: 'Tells dark images from bright ones',
    intendedUse: 'To see a package for images work, before your own model takes its place.',
    manifest: `artifacts: [ { path: model.onnx } ]
pre:
  - { op: decode, input: image, color: gray }
  - { op: resize, input: image, width: ${SIDE}, height: ${SIDE}, fit: fill }
  - { op: normalize, input: image, tensor: image, layout: CHW, scale: 255, mean: [0], std: [1] }
post:
  - { op: softmax, tensor: logits }
  - { op: labels, tensor: logits, labels: [dark, bright] }
`,
    files: [
      {
        path: 'model.onnx',
        content: encodeLinearModel({ input: 'image', inputShape: [1, SIDE, SIDE], output: 'logits', weights: Array.from({ length: pixels }, () => [-steepness, steepness]), bias: [10, -10] }),
      },
      ...imageSample('dark', 20),
      ...imageSample('bright', 235),
    ],
  };
}

function imageSample(label: string, grey: number): ScaffoldFile[] {
  return [
    { path: `samples/${label}.png`, content: encodeGreyPng(new Uint8Array(SIDE * SIDE).fill(grey), SIDE) },
    sample(label, { image: { $file: `samples/${label}.png` } }, { label }),
  ];
}

/** Tells tall from wide. */
function shape(): Template {
  return {
    description: 'Tells tall things from wide ones',
    intendedUse: 'To see a package for tables work, before your own model takes its place.',
    manifest: `artifacts: [ { path: model.onnx } ]
input:
  type: object
  required: [width, height]
  additionalProperties: false
  properties:
    width: { type: number, description: In metres. }
    height: { type: number, description: In metres. }
pre:
  - { op: columns, columns: [width, height], tensor: features }
post:
  - { op: softmax, tensor: logits }
  - { op: labels, tensor: logits, labels: [tall, wide] }
`,
    files: [
      { path: 'model.onnx', content: encodeLinearModel({ input: 'features', inputShape: [2], output: 'logits', weights: [[-1, 1], [1, -1]], bias: [0, 0] }) },
      sample('door', { width: 1, height: 2 }, { label: 'tall', score: 0.8808 }),
      sample('table', { width: 2, height: 0.75 }, { label: 'wide' }),
    ],
  };
}

/** Takes and gives bare tensors. */
function tensors(): Template {
  return {
    description: 'Weighs three numbers',
    intendedUse: 'To see a package for tensors work, before your own model takes its place.',
    manifest: `artifacts: [ { path: model.onnx } ]
input:
  type: object
  required: [x]
  additionalProperties: false
  properties:
    x: { x-tensor: { dtype: float32, shape: [3] } }
output:
  type: object
  required: [y]
  properties:
    y: { x-tensor: { dtype: float32, shape: [1] } }
`,
    files: [
      { path: 'model.onnx', content: encodeLinearModel({ input: 'x', inputShape: [3], output: 'y', weights: [[1], [2], [3]], bias: [0.5] }) },
      sample('ones', { x: { dtype: 'float32', shape: [3], data: [1, 1, 1] } }, { y: { data: [6.5] } }),
    ],
  };
}

/** No model at all: answers what it is asked, to try the platform out. */
function echo(): Template {
  return {
    description: 'Answers with its input',
    intendedUse: 'To try the platform out.',
    manifest: `input:
  type: object
  required: [text]
  additionalProperties: false
  properties:
    text: { type: string }
output:
  type: object
  required: [text]
  properties:
    text: { type: string }
`,
    files: [sample('hello', { text: 'hello' }, { text: 'hello' })],
  };
}

function sample(name: string, input: object, expected: object): ScaffoldFile {
  return { path: `samples/${name}.json`, content: `${JSON.stringify({ name, input, expected }, null, 2)}\n` };
}
