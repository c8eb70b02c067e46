import type { PostOp } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';
import type { ImageView } from '../images/image-view.js';
import { imageOf, outputTensorOf } from './bag.js';
import type { PostStep } from './bag.js';

type DetectionsOp = Extract<PostOp, { op: 'detections' }>;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Detection {
  readonly label: string;
  readonly score: number;
  readonly box: Box;
}

/** Numbers of a row: x0, y0, x1, y1, score, class. */
const ROW = 6;

/**
 * A tensor `[N, 6]` becomes `objects`, the most probable first, with their boxes in pixels of the image that was sent, and
 * that image's `width` and `height`. Of boxes with one label that overlap, the best stays.
 */
export function detections(op: DetectionsOp): PostStep {
  return (bag) => {
    const view = imageOf(bag, op.input);
    const { data, shape } = outputTensorOf(bag, op.tensor);
    if (shape.length !== 2 || shape[1] !== ROW) {
      throw runtimeErrors.OUTPUT_INVALID({ field: op.tensor, reason: `its shape is [${shape.join(', ')}], and detections are [N, ${ROW}]: x0, y0, x1, y1, score, class` });
    }
    const found: Detection[] = [];
    for (let at = 0; at < data.length; at += ROW) {
      // Most rows only fill the tensor.
      if ((data[at + 4] as number) < op.scoreThreshold) continue;
      const detection = readRow(op, view, [...data.subarray(at, at + ROW)]);
      if (detection) found.push(detection);
    }
    bag.delete(op.tensor);
    bag.set('objects', best(found, op).map(toObject));
    bag.set('width', view.source.width);
    bag.set('height', view.source.height);
  };
}

/** Undefined for a box beside the image. */
function readRow({ tensor, labels, coordinates }: DetectionsOp, view: ImageView, row: readonly number[]): Detection | undefined {
  const [x0, y0, x1, y1, score, index] = row as [number, number, number, number, number, number];
  const label = labels[index];
  if (!row.every(Number.isFinite) || label === undefined) {
    throw runtimeErrors.OUTPUT_INVALID({ field: tensor, reason: `the row ${row.join(', ')} is no detection of one of ${labels.length} labels` });
  }
  const [scaleX, scaleY] = coordinates === 'normalized' ? [view.seen.width, view.seen.height] : [1, 1];
  const from = view.toSource(x0 * scaleX, y0 * scaleY);
  const to = view.toSource(x1 * scaleX, y1 * scaleY);
  const { width, height } = view.source;
  const box = { left: clamp(from.x, width), top: clamp(from.y, height), right: clamp(to.x, width), bottom: clamp(to.y, height) };
  return areaOf(box) > 0 ? { label, score: Math.min(score, 1), box } : undefined;
}

const clamp = (value: number, max: number): number => Math.min(Math.max(value, 0), max);

/** Non-maximum suppression for each label by itself. Every candidate is compared with what stays only, which is bounded. */
function best(found: Detection[], { iouThreshold, maxCount }: DetectionsOp): Detection[] {
  const kept: Detection[] = [];
  for (const detection of found.sort((a, b) => b.score - a.score)) {
    if (kept.length >= maxCount) break;
    if (!kept.some(({ label, box }) => label === detection.label && overlapOf(box, detection.box) > iouThreshold)) kept.push(detection);
  }
  return kept;
}

/** Intersection over union. */
function overlapOf(a: Box, b: Box): number {
  const shared = areaOf({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  return shared / (areaOf(a) + areaOf(b) - shared);
}

function areaOf({ left, top, right, bottom }: Box): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

function toObject({ label, score, box: { left, top, right, bottom } }: Detection): unknown {
  return { label, score, box: { x: left, y: top, width: right - left, height: bottom - top } };
}
