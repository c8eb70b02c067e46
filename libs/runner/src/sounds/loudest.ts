/** `length` samples: the part with the most energy, or all of them in the middle of silence. */
export function loudest(samples: Float32Array, length: number): Float32Array {
  if (samples.length === length) return samples;
  if (samples.length < length) {
    const padded = new Float32Array(length);
    padded.set(samples, Math.floor((length - samples.length) / 2));
    return padded;
  }
  const start = loudestStart(samples, length);
  return samples.slice(start, start + length);
}

/** Of equals the middle one, so that the loud part does not lie at the edge. */
function loudestStart(samples: Float32Array, length: number): number {
  const squared = (index: number): number => (samples[index] as number) ** 2;
  let energy = 0;
  for (let index = 0; index < length; index++) energy += squared(index);
  let [best, first, last] = [energy, 0, 0];
  for (let start = 1; start + length <= samples.length; start++) {
    energy += squared(start + length - 1) - squared(start - 1);
    // Sums of floats creep; what differs by less is the same.
    if (energy > best * (1 + 1e-6)) [best, first, last] = [energy, start, start];
    else if (energy >= best * (1 - 1e-6)) last = start;
  }
  return Math.floor((first + last) / 2);
}
