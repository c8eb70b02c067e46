import type { PostOp } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';
import type { PostStep } from '../bag.js';
import { outputTensorOf } from '../bag.js';

/** A tensor with one score a label becomes `label` and `score` (the best; the first of equals) and `scores` (all, in label order). */
export function labels(op: Extract<PostOp, { op: 'labels' }>): PostStep {
  return (bag) => {
    const { data } = outputTensorOf(bag, op.tensor);
    if (data.length !== op.labels.length) {
      throw runtimeErrors.OUTPUT_INVALID({ field: op.tensor, reason: `it has ${data.length} scores for ${op.labels.length} labels` });
    }
    let best = 0;
    const scores = op.labels.map((label, index) => {
      const score = data[index] as number;
      if (!Number.isFinite(score)) throw runtimeErrors.OUTPUT_INVALID({ field: op.tensor, reason: `the score of "${label}" is ${score}` });
      if (score > (data[best] as number)) best = index;
      return { label, score };
    });
    bag.delete(op.tensor);
    bag.set('label', op.labels[best]);
    bag.set('score', data[best]);
    bag.set('scores', scores);
  };
}
