import { AppError } from '@steelyard/kernel';
import { checkItem, reasonOf, runtimeErrors } from '@steelyard/runtime-kit';
import type { Item, LoadedModel, RunContext } from '@steelyard/runtime-kit';
import type { Tensor } from '@steelyard/wire';
import { detectionInput } from './detection/detection-input.js';
import type { SideLimits } from './detection/detection-input.js';
import { findLines } from './detection/find-lines.js';
import type { LineOptions } from './detection/find-lines.js';
import { bounds } from './detection/rectangle.js';
import type { Rectangle } from './detection/rectangle.js';
import type { LineReader } from './line-reader.js';
import type { Network } from './network.js';
import { pictureOf } from './picture.js';
import type { Picture } from './picture.js';
import { rowsOf } from './reading-order.js';

/** The tensor that it takes. */
export const IMAGE = 'image';

export interface OcrModelOptions {
  readonly device: string;
  readonly detector: Network;
  readonly reader: LineReader;
  readonly limits: SideLimits;
  readonly lines: LineOptions;
  readonly scoreThreshold: number;
}

interface ReadLine {
  readonly place: Rectangle;
  readonly text: string;
  readonly score: number;
}

/** A picture in, its text out: lines are found, then read one by one. */
export class OcrModel implements LoadedModel {
  readonly inputs = [{ name: IMAGE, dtype: 'uint8', shape: [-1, -1, 3] }] as const;
  /** Its answers are no tensors. */
  readonly outputs = [];
  readonly #options: OcrModelOptions;

  constructor(options: OcrModelOptions) {
    this.#options = options;
  }

  get device(): string {
    return this.#options.device;
  }

  async run(items: readonly Item[], { signal }: RunContext): Promise<readonly (Item | Error)[]> {
    const answers: (Item | Error)[] = [];
    for (const item of items) {
      signal.throwIfAborted();
      answers.push(await this.#read(item, signal).catch((error: unknown) => asRunError(error, signal)));
    }
    return answers;
  }

  async close(): Promise<void> {
    await this.#options.detector.close();
    await this.#options.reader.close();
  }

  async #read(item: Item, signal: AbortSignal): Promise<Item> {
    checkItem(item, this.inputs);
    const picture = pictureOf(item[IMAGE] as Tensor, IMAGE);
    const lines: ReadLine[] = [];
    for (const place of await this.#find(picture)) {
      // A run blocks the process: without a turn of the event loop no abort could ever be seen.
      await new Promise(setImmediate);
      signal.throwIfAborted();
      const { text, score } = await this.#options.reader.read(picture, place);
      if (text.trim() !== '' && score >= this.#options.scoreThreshold) lines.push({ place, text: text.trim(), score });
    }
    const rows = rowsOf(lines);
    return {
      text: rows.map((row) => row.map(({ text }) => text).join(' ')).join('\n'),
      lines: rows.flat().map(({ place, text, score }) => ({ text, score, box: boxOf(place, picture) })),
      width: picture.width,
      height: picture.height,
    };
  }

  async #find(picture: Picture): Promise<Rectangle[]> {
    const { shape, data } = await this.#options.detector.run(detectionInput(picture, this.#options.limits));
    const [count, channels, height = 0, width = 0] = shape;
    if (shape.length !== 4 || count !== 1 || channels !== 1 || !(data instanceof Float32Array)) {
      throw runtimeErrors.OUTPUT_INVALID({ field: 'detection', reason: `it has the shape [${shape.join(', ')}], and a map of probabilities is [1, 1, height, width]` });
    }
    return findLines({ width, height, data }, picture, this.#options.lines);
  }
}

function boxOf(place: Rectangle, { width, height }: Picture): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const { left, top, right, bottom } = bounds(place);
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  return { x, y, width: Math.min(width, right) - x, height: Math.min(height, bottom) - y };
}

function asRunError(error: unknown, signal: AbortSignal): Error {
  signal.throwIfAborted();
  return error instanceof AppError ? error : runtimeErrors.RUN_FAILED({ reason: reasonOf(error) }, error);
}
