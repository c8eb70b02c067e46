import type { PostOp, PreOp } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';
import type { PostStep, Step } from './bag.js';
import { audio } from './audio/audio.js';
import { columns } from './numbers/columns.js';
import { decode } from './image/decode.js';
import { detections } from './image/detections.js';
import { invert } from './image/invert.js';
import { labels } from './numbers/labels.js';
import { mask } from './image/mask.js';
import { normalize } from './image/normalize.js';
import { numbers } from './numbers/numbers.js';
import { NO_FILES } from './op-files.js';
import type { OpFiles } from './op-files.js';
import { pixels } from './image/pixels.js';
import { resize } from './image/resize.js';
import { segments } from './audio/segments.js';
import { sentencepiece } from './text/sentencepiece.js';
import { series } from './numbers/series.js';
import { softmax } from './numbers/softmax.js';
import { words } from './text/words.js';

type PreCompilers = { readonly [Name in PreOp['op']]: (op: Extract<PreOp, { op: Name }>, files: OpFiles) => Step };
type PostCompilers = { readonly [Name in PostOp['op']]: (op: Extract<PostOp, { op: Name }>) => PostStep };

/** Every op a manifest may name; a new one is a file and a line here. */
export const PRE_OPS: PreCompilers = { decode, resize, invert, normalize, pixels, columns, audio, series, words, sentencepiece };
export const POST_OPS: PostCompilers = { softmax, labels, detections, mask, segments, numbers };

export function compilePre(op: PreOp, files: OpFiles = NO_FILES): Step {
  const compile = lookUp(PRE_OPS, op.op) as (op: PreOp, files: OpFiles) => Step;
  return compile(op, files);
}

export function compilePost(op: PostOp): PostStep {
  const compile = lookUp(POST_OPS, op.op) as (op: PostOp) => PostStep;
  return compile(op);
}

function lookUp(table: object, name: string): unknown {
  if (Object.hasOwn(table, name)) return table[name as keyof typeof table];
  throw runtimeErrors.LOAD_FAILED({ model: 'manifest.json', reason: `this runner knows no op "${name}"` });
}
