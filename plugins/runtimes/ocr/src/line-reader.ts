import type { Rectangle } from './detection/rectangle.js';
import type { Network } from './network.js';
import type { Picture } from './picture.js';
import { cropLine, turnedDown } from './recognition/crop-line.js';
import { readClasses } from './recognition/read-classes.js';
import type { Alphabet, Reading } from './recognition/read-classes.js';

/** In pixels, of what a recognizer takes. */
export const LINE_HEIGHT = 48;
/** Lines are filled up to the width of PP-OCR's training. One that is 64 times as long as high is enough for a page. */
const CROP = { height: LINE_HEIGHT, widthMin: 320, widthMax: 3072 } as const;
/** Taller than that, a line may be one that is written from the top down; wider than the second, it is none. */
const UPRIGHT_MIN = 1.5;
const CERTAIN_MIN = 4;

/** Reads lines that were found, one by one: on a CPU, together is no faster. */
export class LineReader {
  readonly #network: Network;
  readonly #alphabet: Alphabet;

  constructor(network: Network, alphabet: Alphabet) {
    this.#network = network;
    this.#alphabet = alphabet;
  }

  /** A tall one is read from the top down too, unless it is as likely a letter that stands alone; the surer reading counts. */
  async read(picture: Picture, line: Rectangle): Promise<Reading> {
    const tallness = line.height / line.width;
    if (tallness < UPRIGHT_MIN) return this.#readLevel(picture, line);
    const down = await this.#readLevel(picture, turnedDown(line));
    if (tallness >= CERTAIN_MIN) return down;
    const level = await this.#readLevel(picture, line);
    return level.score > down.score ? level : down;
  }

  close(): Promise<void> {
    return this.#network.close();
  }

  async #readLevel(picture: Picture, line: Rectangle): Promise<Reading> {
    return readClasses(await this.#network.run(cropLine(picture, line, CROP)), this.#alphabet);
  }
}
