import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Tensor } from '@steelyard/wire';

export interface Reading {
  readonly text: string;
  /** The mean probability of its characters; 0 where there are none. */
  readonly score: number;
}

/** The class that stands for "no further character here" (CTC). */
const BLANK = 0;

/** Greedy: the best class of each step; a class that goes on is one character. `probabilities` is `[1, steps, classes]`. */
export function readClasses({ shape, data }: Tensor, characters: readonly string[]): Reading {
  const [count, steps = 0, classes = 0] = shape;
  if (shape.length !== 3 || count !== 1 || classes !== characters.length + 1 || !(data instanceof Float32Array)) {
    const reason = `it has the shape [${shape.join(', ')}], and text is [1, steps, ${characters.length + 1}]: a blank and a class for each character`;
    throw runtimeErrors.OUTPUT_INVALID({ field: 'recognition', reason });
  }
  let [text, sum, kept, previous] = ['', 0, 0, BLANK];
  for (let step = 0; step < steps; step++) {
    const best = indexOfMax(data.subarray(step * classes, (step + 1) * classes));
    if (best !== BLANK && best !== previous) {
      text += characters[best - 1] as string;
      sum += data[step * classes + best] as number;
      kept++;
    }
    previous = best;
  }
  return { text, score: kept === 0 ? 0 : Math.min(1, sum / kept) };
}

function indexOfMax(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if ((values[index] as number) > (values[best] as number)) best = index;
  return best;
}
