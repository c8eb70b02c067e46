import type { PreOp } from '@steelyard/model-package';
import { createData } from '@steelyard/wire';
import type { Tensor } from '@steelyard/wire';
import { cutText } from '../../texts/cut-text.js';
import { UnigramVocabulary } from '../../texts/unigram-vocabulary.js';
import type { Step } from '../bag.js';
import { textOf } from '../bag.js';
import { fileOf } from '../op-files.js';
import type { OpFiles } from '../op-files.js';

/** A text becomes the ids of its pieces `[pieces]` and, where asked for, their places `[pieces, 2]` in a sparse matrix of one row. */
export function sentencepiece(op: Extract<PreOp, { op: 'sentencepiece' }>, files: OpFiles): Step {
  const vocabulary = UnigramVocabulary.read(op.vocabulary, fileOf(files, op.vocabulary), op.reserved);
  return (bag) => {
    const ids = cutText(vocabulary.encode(textOf(bag, op.input)), op, 'pieces');
    bag.delete(op.input);
    bag.set(op.tensor, integers(op.dtype, [ids.length], ids));
    if (op.indices !== undefined) bag.set(op.indices, integers(op.dtype, [ids.length, 2], ids.flatMap((_, place) => [0, place])));
  };
}

function integers(dtype: 'int32' | 'int64', shape: readonly number[], values: readonly number[]): Tensor {
  const data = createData(dtype, values.length) as Int32Array | BigInt64Array;
  for (const [index, value] of values.entries()) data[index] = data instanceof BigInt64Array ? BigInt(value) : value;
  return { dtype, shape, data };
}
