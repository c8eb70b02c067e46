import type { Tensor } from '@steelyard/wire';
import { inputErrors } from '@steelyard/runtime-kit';

/** 8-bit RGB, rows from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A tensor uint8 `[height, width, 3]` as a picture. @throws AppError `INPUT.INVALID` for one without pixels. */
export function pictureOf({ shape: [height = 0, width = 0], data }: Tensor, field: string): Picture {
  if (width < 1 || height < 1) throw inputErrors.INVALID({ field, reason: `it is ${width} by ${height} pixels` });
  return { width, height, data: data as Uint8Array };
}
