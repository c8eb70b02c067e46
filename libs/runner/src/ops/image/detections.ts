import type { PostOp } from '@steelyard/model-package';
import { runtimeErrors } from '@steelyard/runtime-kit';
import type { ImageView } from '../../images/image-view.js';
import { imageOf, outputTensorOf } from '../bag.js';
import type { PostStep } from '../bag.js';

type DetectionsOp = Extract<PostOp, { op: 'detections' }>;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Keypoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

interface Detection {
  readonly label: string;
  readonly score: number;
  readonly box: Box;
  readonly keypoints: readonly Keypoint[] | undefined;
}

/** Numbers of a row without keypoints: x0, y0, x1, y1, score, class. */
const BOX_NUMBERS = 6;

/**
 * A tensor `[N, 6 + 2K]` becomes `objects`, the most probable first, with their boxes and K keypoints in pixels of the image
 * that was sent, and that image's `width` and `height`. Of boxes with one label that overlap, the best stays.
 */
export function detections(op: DetectionsOp): PostStep {
  const rowLength = BOX_NUMBERS + 2 * (op.keypoints?.length ?? 0);
  return (bag) => {
    const view = imageOf(bag, op.input);
    const { data, shape } = outputTensorOf(bag, op.tensor);
    if (shape.length !== 2 || shape[1] !== rowLength) {
      const columns = op.keypoints ? `score, class, then x and y of ${op.keypoints.length} keypoints` : 'score, class';
      throw runtimeErrors.OUTPUT_INVALID({ field: op.tensor, reason: `its shape is [${shape.join(', ')}], and detections are [N, ${rowLength}]: x0, y0, x1, y1, ${columns}` });
    }
    const found: Detection[] = [];
    for (let at = 0; at < data.length; at += rowLength) {
      // Most rows only fill the tensor.
      if ((data[at + 4] as number) < op.scoreThreshold) continue;
      const detection = readRow(op, view, [...data.subarray(at, at + rowLength)]);
      if (detection) found.push(detection);
    }
    bag.delete(op.tensor);
    bag.set('objects', best(found, op).map(toObject));
    bag.set('width', view.source.width);
    bag.set('height', view.source.height);
  };
}

/** Undefined for a box beside the image. */
function readRow({ tensor, labels, coordinates, keypoints }: DetectionsOp, view: ImageView, row: readonly number[]): Detection | undefined {
  const [x0, y0, x1, y1, score, index] = row as [number, number, number, number, number, number];
  const label = labels[index];
  if (!row.every(Number.isFinite) || label === undefined) {
    throw runtimeErrors.OUTPUT_INVALID({ field: tensor, reason: `the row ${row.join(', ')} is no detection of one of ${labels.length} labels` });
  }
  const [scaleX, scaleY] = coordinates === 'normalized' ? [view.seen.width, view.seen.height] : [1, 1];
  const place = (x: number, y: number): { readonly x: number; readonly y: number } => view.toSource(x * scaleX, y * scaleY);
  const from = place(x0, y0);
  const to = place(x1, y1);
  const { width, height } = view.source;
  const box = { left: clamp(from.x, width), top: clamp(from.y, height), right: clamp(to.x, width), bottom: clamp(to.y, height) };
  if (areaOf(box) === 0) return undefined;
  // A keypoint beside the image stays there: the ear of a face that the edge cuts off.
  const named = keypoints?.map((name, index) => {
    const at = BOX_NUMBERS + 2 * index;
    return { name, ...place(row[at] as number, row[at + 1] as number) };
  });
  return { label, score: Math.min(score, 1), box, keypoints: named };
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

function toObject({ label, score, box: { left, top, right, bottom }, keypoints }: Detection): unknown {
  return { label, score, box: { x: left, y: top, width: right - left, height: bottom - top }, ...(keypoints && { keypoints }) };
}
