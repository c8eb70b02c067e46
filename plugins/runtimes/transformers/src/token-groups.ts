/**
 * Which texts run together: of similar length, so that little is padded, and no more of them than fit `tokensMax` once
 * padded to the longest. A text longer than that runs alone. Returns groups of indexes into `lengths`.
 */
export function groupByTokens(lengths: readonly number[], tokensMax: number): number[][] {
  const order = [...lengths.keys()].sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
  const groups: number[][] = [];
  let group: number[] = [];
  for (const index of order) {
    // Sorted: this one is the longest so far, and the others are padded to it.
    if (group.length > 0 && (group.length + 1) * (lengths[index] as number) > tokensMax) {
      groups.push(group);
      group = [];
    }
    group.push(index);
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
