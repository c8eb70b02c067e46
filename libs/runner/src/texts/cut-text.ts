import type { PreOp } from '@steelyard/model-package';
import { inputErrors } from '@steelyard/runtime-kit';

export interface TextLimit {
  /** The field that the text came in. */
  readonly input: string;
  readonly maxLength: number;
  readonly cut: Extract<PreOp, { op: 'words' }>['cut'];
}

/**
 * The ids of a text within what the model takes.
 * @param what What an id stands for, in the plural.
 * @throws AppError `INPUT.INVALID` for a text without any, or with too many where nothing may be cut.
 */
export function cutText(ids: readonly number[], { input, maxLength, cut }: TextLimit, what: string): readonly number[] {
  if (ids.length === 0) throw inputErrors.INVALID({ field: input, reason: `there are no ${what} in it` });
  if (ids.length <= maxLength) return ids;
  if (cut === 'end') return ids.slice(0, maxLength);
  if (cut === 'start') return ids.slice(-maxLength);
  const atStart = Math.ceil(maxLength / 2);
  if (cut === 'middle') return [...ids.slice(0, atStart), ...ids.slice(ids.length - (maxLength - atStart))];
  throw inputErrors.INVALID({ field: input, reason: `it has ${ids.length} ${what}, and the model takes ${maxLength}` });
}
