import { inputErrors, runtimeErrors } from '@steelyard/runtime-kit';
import { isTensor } from '@steelyard/wire';
import type { Tensor } from '@steelyard/wire';
import type { ImageView } from '../images/image-view.js';
import { Pixels } from '../images/pixels.js';

/**
 * The named values of one request, as the ops see and change them. Starts as the input object, or as the model's outputs.
 * The images and the lengths of the recordings that were sent are known to the ops after the model too, by the names of their
 * fields.
 */
export class Bag extends Map<string, unknown> {
  readonly images: Map<string, ImageView>;
  /** In seconds. */
  readonly durations: Map<string, number>;

  constructor(fields: Readonly<Record<string, unknown>>, images: Bag['images'] = new Map(), durations: Bag['durations'] = new Map()) {
    super(Object.entries(fields));
    this.images = images;
    this.durations = durations;
  }
}

/** One compiled op. May be asynchronous (image codecs are) before the model, never after it. */
export type Step = (bag: Bag) => void | Promise<void>;
export type PostStep = (bag: Bag) => void;

/** The pixels in a field. @throws AppError `INPUT.INVALID` when no `decode` came before. */
export function pixelsOf(bag: Bag, field: string): Pixels {
  const value = bag.get(field);
  if (value instanceof Pixels) return value;
  throw inputErrors.INVALID({ field, reason: value === undefined ? 'it is missing' : 'it is not a decoded image' });
}

/** An output tensor of the model. @throws AppError `RUNTIME.OUTPUT_INVALID`. */
export function outputTensorOf(bag: Bag, field: string): Tensor & { readonly data: Float32Array | Float64Array } {
  const value = bag.get(field);
  if (!isTensor(value)) {
    throw runtimeErrors.OUTPUT_INVALID({ field, reason: `the model gave no such tensor, only ${[...bag.keys()].join(', ')}` });
  }
  if (!(value.data instanceof Float32Array || value.data instanceof Float64Array)) {
    throw runtimeErrors.OUTPUT_INVALID({ field, reason: `it is ${value.dtype}, not floating point` });
  }
  return value as Tensor & { readonly data: Float32Array | Float64Array };
}

/** The image that was sent in a field. @throws AppError `RUNTIME.OUTPUT_INVALID` when no `decode` read one. */
export function imageOf(bag: Bag, field: string): ImageView {
  const view = bag.images.get(field);
  if (view) return view;
  throw runtimeErrors.OUTPUT_INVALID({ field, reason: 'no image was decoded from it' });
}
