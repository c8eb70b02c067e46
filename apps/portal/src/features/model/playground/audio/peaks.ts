/** The lowest and the highest sample of each of `count` stretches, from -1 to 1. */
export function peaksOf(samples: Float32Array, count: number): readonly (readonly [low: number, high: number])[] {
  const stretches = Math.min(count, samples.length);
  return Array.from({ length: stretches }, (_, at) => {
    const end = Math.floor(((at + 1) * samples.length) / stretches);
    let [low, high] = [0, 0];
    for (let n = Math.floor((at * samples.length) / stretches); n < end; n += 1) {
      low = Math.min(low, samples[n]!);
      high = Math.max(high, samples[n]!);
    }
    return [low, high] as const;
  });
}
