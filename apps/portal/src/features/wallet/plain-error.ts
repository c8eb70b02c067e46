import { SteelyardError } from '@steelyard/client';

/** An error in words for who pays, where there are such; the others say for themselves what happened. */
export function plainError(error: unknown, words: Readonly<Record<string, string>>): unknown {
  const plain = error instanceof SteelyardError ? words[error.code] : undefined;
  return plain === undefined ? error : new Error(plain);
}
