import { runtimeErrors } from '@steelyard/runtime-kit';
import type { Tensor } from '@steelyard/wire';

export interface Reading {
  readonly text: string;
  /** The mean probability of its characters; 0 where there are none. */
  readonly score: number;
}

export interface Alphabet {
  /** In the order of the classes, from the second on. */
  readonly characters: readonly string[];
  /** How probable a space must be between two characters to be written, though a blank is more so at each step: recognizers are unsure of spaces. */
  readonly spaceThreshold: number;
}

/** The class that stands for "no further character here" (CTC). */
const BLANK = 0;
const SPACE = ' ';

/** Greedy: the best class of each step; a class that goes on is one character. `probabilities` is `[1, steps, classes]`. */
export function readClasses(probabilities: Tensor, { characters, spaceThreshold }: Alphabet): Reading {
  const steps = stepsOf(probabilities, characters.length + 1);
  const spaceClass = characters.indexOf(SPACE) + 1;
  let [text, sum, kept, previous] = ['', 0, 0, BLANK];
  let noSpace = 1;
  for (const step of steps) {
    const best = indexOfMax(step);
    if (best === BLANK && spaceClass !== BLANK) noSpace *= 1 - (step[spaceClass] as number);
    if (best !== BLANK && best !== previous) {
      const character = characters[best - 1] as string;
      if (1 - noSpace >= spaceThreshold && text !== '' && character !== SPACE && !text.endsWith(SPACE)) text += SPACE;
      text += character;
      sum += step[best] as number;
      kept++;
    }
    if (best !== BLANK) noSpace = 1;
    previous = best;
  }
  return { text, score: kept === 0 ? 0 : Math.min(1, sum / kept) };
}

function stepsOf({ shape, data }: Tensor, classes: number): Float32Array[] {
  const [count, steps = 0, width] = shape;
  if (shape.length !== 3 || count !== 1 || width !== classes || !(data instanceof Float32Array)) {
    throw runtimeErrors.OUTPUT_INVALID({ field: 'recognition', reason: `it has the shape [${shape.join(', ')}], and text is [1, steps, ${classes}]: a blank and a class for each character` });
  }
  return Array.from({ length: steps }, (_, step) => data.subarray(step * classes, (step + 1) * classes));
}

function indexOfMax(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if ((values[index] as number) > (values[best] as number)) best = index;
  return best;
}
