import { objectOf } from '../../input-form';
import { isNumber } from '../read';

export interface Segmentation {
  /** A PNG in base64, white where something was found. */
  readonly mask: string;
  /** Share of the image, 0 to 1. */
  readonly coverage: number;
}

/** How the base64 text of every PNG begins. */
const PNG = 'iVBORw0KGgo';

/** The output when it is one of image segmentation. */
export function segmentationOf(output: unknown): Segmentation | undefined {
  const { mask, coverage } = objectOf(output);
  return typeof mask === 'string' && mask.startsWith(PNG) && /^[A-Za-z0-9+/]+={0,2}$/.test(mask) && isNumber(coverage) ? { mask, coverage } : undefined;
}
