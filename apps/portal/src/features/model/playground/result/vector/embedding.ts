import { objectOf } from '../../input-form';
import { readNumbers } from '../read';

/** No embedding is longer; what is, is something else. */
const NUMBERS_MAX = 65_536;

export type Vector = readonly number[];

/** The output when it is one of text embedding. */
export function embeddingOf(output: unknown): Vector | undefined {
  return readNumbers(objectOf(output)['embedding'], NUMBERS_MAX);
}

/** The cosine of the angle between two vectors, -1 to 1; undefined where there is no angle. */
export function cosineOf(a: Vector, b: Vector): number | undefined {
  const lengths = lengthOf(a) * lengthOf(b);
  if (a.length !== b.length || lengths === 0 || !Number.isFinite(lengths)) return undefined;
  return Math.min(1, Math.max(-1, a.reduce((sum, value, at) => sum + value * b[at]!, 0) / lengths));
}

export function lengthOf(vector: Vector): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

/** At most `max` numbers in place of all: means of neighbours. */
export function condensed(vector: Vector, max: number): Vector {
  if (vector.length <= max) return vector;
  return Array.from({ length: max }, (_, at) => {
    const part = vector.slice(Math.floor((at * vector.length) / max), Math.floor(((at + 1) * vector.length) / max));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
