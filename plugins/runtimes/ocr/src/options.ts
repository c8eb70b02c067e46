/** `runtime.options` of `model.yaml`. The first three must be there, which `partsOf` sees to. */
export interface OcrOptions {
  /** The artifact that finds lines: ONNX, a picture in, a map of probabilities out. */
  readonly detection?: string;
  /** The artifact that reads a line: ONNX, a line in, the classes of its steps out. */
  readonly recognition?: string;
  /** The artifact that lists the characters. */
  readonly dictionary?: string;
  readonly spaces?: boolean;
  readonly sideMin?: number;
  readonly sideMax?: number;
  readonly mapThreshold?: number;
  readonly boxThreshold?: number;
  readonly unclipRatio?: number;
  readonly scoreThreshold?: number;
  readonly spaceThreshold?: number;
  readonly linesMax?: number;
}

const artifact = { type: 'string', minLength: 1 };
const share = { type: 'number', minimum: 0, maximum: 1 };
const side = { type: 'integer', minimum: 32, maximum: 4096 };

/**
 * What an option is where the manifest does not say it. Thresholds are PaddleOCR's. Its boxes grow by 1.5; by more, fewer spaces are lost,
 * as the recognizer sees a margin around the letters.
 */
export const DEFAULTS = {
  spaces: true,
  sideMin: 480,
  sideMax: 1600,
  mapThreshold: 0.3,
  boxThreshold: 0.6,
  unclipRatio: 2.1,
  scoreThreshold: 0.5,
  spaceThreshold: 0.1,
  linesMax: 1000,
} as const;

export const optionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['detection', 'recognition', 'dictionary'],
  properties: {
    detection: { ...artifact, description: 'The artifact that finds lines: float32 [n, 3, height, width] in, a map of probabilities [n, 1, height, width] out.' },
    recognition: { ...artifact, description: 'The artifact that reads a line: float32 [n, 3, 48, width] in, probabilities [n, steps, classes] out, the first class being the blank.' },
    dictionary: { ...artifact, description: 'The artifact that lists the characters, one a line, in the order of the classes.' },
    spaces: { type: 'boolean', default: DEFAULTS.spaces, description: 'Whether the space follows as a class after the last character of the dictionary.' },
    sideMin: { ...side, default: DEFAULTS.sideMin, description: 'Lines are looked for in a picture whose shorter side has at least so many pixels; smaller ones are enlarged.' },
    sideMax: { ...side, default: DEFAULTS.sideMax, description: 'And whose longer side has at most so many. Lines are read in the picture as it was sent.' },
    mapThreshold: { ...share, default: DEFAULTS.mapThreshold, description: 'From which probability on a place is text.' },
    boxThreshold: { ...share, default: DEFAULTS.boxThreshold, description: 'Lines whose places have a lower mean probability are left out.' },
    unclipRatio: { type: 'number', minimum: 0, maximum: 5, default: DEFAULTS.unclipRatio, description: 'How much a found box grows: by this share of its area over its perimeter, on each side.' },
    scoreThreshold: { ...share, default: DEFAULTS.scoreThreshold, description: 'Lines that are read with a lower score are left out.' },
    spaceThreshold: { ...share, minimum: 0.01, default: DEFAULTS.spaceThreshold, description: 'How probable a space must be between two characters to be written.' },
    linesMax: { type: 'integer', minimum: 1, maximum: 10_000, default: DEFAULTS.linesMax, description: 'At most so many lines of a picture are read.' },
  },
};
