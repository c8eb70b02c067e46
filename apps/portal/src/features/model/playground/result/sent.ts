import type { JsonObject } from '../draft';
import { imageAddress } from '../image/image-type';
import { isNumber } from './read';

/** How the base64 text of every WAV begins. */
const RIFF = 'UklGR';

const textsOf = (input: JsonObject) => Object.values(input).filter((value): value is string => typeof value === 'string');

/** The image of an input, in base64, where a browser can show it. */
export function imageIn(input: JsonObject): string | undefined {
  return textsOf(input).find((text) => imageAddress(text) !== undefined);
}

/** The recording of an input, in base64. */
export function audioIn(input: JsonObject): string | undefined {
  return textsOf(input).find((text) => text.startsWith(RIFF));
}

/** The text of an input that is about one. */
export function textIn(input: JsonObject): string | undefined {
  return typeof input['text'] === 'string' ? input['text'] : textsOf(input)[0];
}

/** The series of an input; empty where there is none. */
export function seriesIn(input: JsonObject): readonly number[] {
  return [input['values'], ...Object.values(input)].find((value): value is number[] => Array.isArray(value) && value.length > 0 && value.every(isNumber)) ?? [];
}
