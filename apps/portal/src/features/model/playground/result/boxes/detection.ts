import { objectOf } from '../../input-form';
import { isNumber, readList, type Listed } from '../read';
import { boxOf, sizeOf, type Box, type ImageSize } from './box';

/** More of one object's keypoints hide what they are on. */
const KEYPOINTS_MAX = 50;

export interface Keypoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface FoundObject {
  readonly label: string;
  readonly score: number;
  readonly box: Box;
  readonly keypoints: readonly Keypoint[];
}

export interface Detection {
  readonly size: ImageSize;
  readonly objects: Listed<FoundObject>;
}

/** The output when it is one of object detection. */
export function detectionOf(output: unknown): Detection | undefined {
  const fields = objectOf(output);
  const size = sizeOf(fields);
  const objects = readList(fields['objects'], ({ label, score, box, keypoints }) => {
    const read = boxOf(box);
    const points = keypoints === undefined ? { items: [] } : readList(keypoints, keypointOf, KEYPOINTS_MAX);
    return typeof label === 'string' && isNumber(score) && read && points ? { label, score, box: read, keypoints: points.items } : undefined;
  });
  return size && objects && { size, objects };
}

function keypointOf({ name, x, y }: Readonly<Record<string, unknown>>): Keypoint | undefined {
  return typeof name === 'string' && isNumber(x) && isNumber(y) ? { name, x, y } : undefined;
}
