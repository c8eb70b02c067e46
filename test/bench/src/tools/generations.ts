import { median } from './rounds.js';

export interface GenerateOptions {
  readonly inFlight: number;
  readonly total: number;
}

export interface Prompt {
  readonly prompt: string;
  readonly seed: number;
  readonly maxTokens: number;
}

export interface Generations {
  readonly tokensPerSecond: number;
  /** Median, from the question to the first text. */
  readonly firstTextMs: number;
}

/**
 * Asks for `total` stories, `inFlight` at a time, each with a seed of its own, the same whoever writes them.
 * @param write Gives the number of tokens; calls back with each piece of text.
 */
export async function generate({ inFlight, total }: GenerateOptions, write: (prompt: Prompt, onText: (text: string) => void) => Promise<number>): Promise<Generations> {
  const firstTextMs: number[] = [];
  let next = 0;
  let tokens = 0;
  const lane = async (): Promise<void> => {
    for (let seed = next++; seed < total; seed = next++) {
      const askedAtMs = performance.now();
      let seen = false;
      tokens += await write({ prompt: 'Once upon a time', seed, maxTokens: 200 }, (text) => {
        if (seen || text === '') return;
        seen = true;
        firstTextMs.push(performance.now() - askedAtMs);
      });
    }
  };
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { tokensPerSecond: (tokens * 1000) / (performance.now() - startedAtMs), firstTextMs: median(firstTextMs) };
}
