import type { PreOp } from '@steelyard/model-package';
import type { Step } from '../bag.js';
import { pixelsOf } from '../bag.js';

type NormalizeOp = Extract<PreOp, { op: 'normalize' }>;

/**
 * Pixels become a float32 tensor, `(pixel / scale - mean) / std`, `[C, H, W]` or `[H, W, C]`. There are only 256 pixel
 * values, so each channel's results are worked out once.
 */
export function normalize(op: NormalizeOp): Step {
  const tables = [0, 1, 2].map((channel) => tableOf(op, channel));
  return (bag) => {
    const { width, height, channels, data: pixels } = pixelsOf(bag, op.input);
    const count = width * height;
    const data = new Float32Array(count * channels);
    const planar = op.layout === 'CHW';
    for (let channel = 0; channel < channels; channel++) {
      const table = tables[channel] as Float32Array;
      let to = planar ? channel * count : channel;
      const step = planar ? 1 : channels;
      for (let from = channel; from < pixels.length; from += channels, to += step) {
        data[to] = table[pixels[from] as number] as number;
      }
    }
    bag.delete(op.input);
    bag.set(op.tensor, { dtype: 'float32', shape: planar ? [channels, height, width] : [height, width, channels], data });
  };
}

/** One value in `mean` or `std` stands for all channels. */
function tableOf({ scale, mean, std }: NormalizeOp, channel: number): Float32Array {
  const channelMean = mean[channel] ?? mean[0] ?? 0;
  const channelStd = std[channel] ?? std[0] ?? 1;
  return Float32Array.from({ length: 256 }, (_, pixel) => (pixel / scale - channelMean) / channelStd);
}
