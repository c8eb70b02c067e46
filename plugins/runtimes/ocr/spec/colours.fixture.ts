import type { Tensor } from '@steelyard/wire';
import { attribute, graph, model, node, tensor, valueInfo } from '@steelyard/test-support/onnx-writer';

/** An alphabet of coloured bars on white: red reads as r, green as g, blue as b. */
export const LETTERS = ['r', 'g', 'b'] as const;
type Letter = (typeof LETTERS)[number];

const floats = (name: string, dims: readonly number[], ...data: number[]): Buffer => tensor({ name, element: 'float32', dims, data: Float32Array.from(data) });

/** What is not white is text: 1 / (1 + exp(5 · mean - 5)) of the three channels. */
export const detector = (): Buffer =>
  model(
    graph({
      nodes: [
        node({ op: 'ReduceMean', inputs: ['x'], outputs: ['mean'], attributes: [attribute('axes', { ints: [1] })] }),
        node({ op: 'Mul', inputs: ['mean', 'steepness'], outputs: ['steep'] }),
        node({ op: 'Add', inputs: ['steep', 'shift'], outputs: ['logit'] }),
        node({ op: 'Sigmoid', inputs: ['logit'], outputs: ['map'] }),
      ],
      initializers: [floats('steepness', [], -5), floats('shift', [], 5)],
      inputs: [valueInfo('x', 'float32', ['n', 3, 'h', 'w'])],
      outputs: [valueInfo('map', 'float32', ['n', 1, 'h', 'w'])],
    }),
  );

/** Each column of pixels is a step; its colour has a class, and white, grey and black are blanks. Channels come in blue, green, red. */
export const recognizer = (height: number | string = 48, sureness = 20): Buffer =>
  model(
    graph({
      nodes: [
        node({ op: 'ReduceMean', inputs: ['x'], outputs: ['columns'], attributes: [attribute('axes', { ints: [2] }), attribute('keepdims', { int: 0 })] }),
        node({ op: 'Transpose', inputs: ['columns'], outputs: ['steps'], attributes: [attribute('perm', { ints: [0, 2, 1] })] }),
        node({ op: 'MatMul', inputs: ['steps', 'weights'], outputs: ['weighted'] }),
        node({ op: 'Add', inputs: ['weighted', 'bias'], outputs: ['logits'] }),
        node({ op: 'Softmax', inputs: ['logits'], outputs: ['classes'] }),
      ],
      initializers: [
        // Of each channel: blank, r, g, b.
        floats('weights', [3, 4], ...[0, -5, -5, 10, 0, -5, 10, -5, 0, 10, -5, -5].map((weight) => weight * sureness)),
        floats('bias', [4], 4 * sureness, 0, 0, 0),
      ],
      inputs: [valueInfo('x', 'float32', ['n', 3, height, 'w'])],
      outputs: [valueInfo('classes', 'float32', ['n', 'w', 4])],
    }),
  );

export const files = { 'find.onnx': detector(), 'read.onnx': recognizer(), 'letters.txt': Buffer.from(`${LETTERS.join('\n')}\n`) };
export const options = { detection: 'find.onnx', recognition: 'read.onnx', dictionary: 'letters.txt', spaces: false, sideMin: 64, sideMax: 512, unclipRatio: 0.5 };

export interface Word {
  readonly letters: string;
  readonly x: number;
  readonly y: number;
  /** Of each letter. */
  readonly width?: number;
  readonly height?: number;
  /** Letters stand below each other. */
  readonly isVertical?: boolean;
}

/** A white picture with words of bars, 20 wide and 20 high each. */
export function picture(width: number, height: number, words: readonly Word[]): Tensor {
  const data = new Uint8Array(width * height * 3).fill(255);
  for (const { letters, x, y, width: barWidth = 20, height: barHeight = 20, isVertical = false } of words) {
    for (const [index, letter] of [...letters].entries()) {
      const [left, top] = isVertical ? [x, y + index * barHeight] : [x + index * barWidth, y];
      for (let row = top; row < top + barHeight; row++) {
        for (let column = left; column < left + barWidth; column++) paint(data, (row * width + column) * 3, letter as Letter);
      }
    }
  }
  return { dtype: 'uint8', shape: [height, width, 3], data };
}

function paint(data: Uint8Array, at: number, letter: Letter): void {
  data.fill(0, at, at + 3);
  data[at + LETTERS.indexOf(letter)] = 255;
}
