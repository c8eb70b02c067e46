import type { PreOp } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';
import { cutText } from '../../texts/cut-text.js';
import { splitWords } from '../../texts/split-words.js';
import type { Step } from '../bag.js';
import { textOf } from '../bag.js';
import { fileOf } from '../op-files.js';
import type { OpFiles } from '../op-files.js';

const UNKNOWN_ID = 1;
const FIRST_ID = 2;

/** A text becomes the ids of its words, an int64 tensor `[maxLength]` that is filled up with 0. */
export function words(op: Extract<PreOp, { op: 'words' }>, files: OpFiles): Step {
  const ids = readVocabulary(op.vocabulary, fileOf(files, op.vocabulary));
  return (bag) => {
    const text = textOf(bag, op.input);
    const found = splitWords(op.lowercase ? text.toLowerCase() : text).map((word) => ids.get(word) ?? UNKNOWN_ID);
    const data = new BigInt64Array(op.maxLength);
    for (const [index, id] of cutText(found, op, 'words').entries()) data[index] = BigInt(id);
    bag.delete(op.input);
    bag.set(op.tensor, { dtype: 'int64', shape: [op.maxLength], data });
  };
}

/** @throws AppError `RUNTIME.ARTIFACT_REFUSED` for a line that is empty or comes twice: from there on each id would be wrong. */
function readVocabulary(name: string, content: string): ReadonlyMap<string, number> {
  const lines = content.replace(/\r?\n$/, '').split(/\r?\n/);
  const ids = new Map<string, number>();
  for (const [index, word] of lines.entries()) {
    const refuse = (reason: string): Error => runtimeErrors.ARTIFACT_REFUSED({ path: name, reason: `its line ${index + 1} ${reason}` });
    if (word === '') throw refuse('has no word');
    if (ids.has(word)) throw refuse(`has ${JSON.stringify(word)} a second time`);
    ids.set(word, index + FIRST_ID);
  }
  return ids;
}
