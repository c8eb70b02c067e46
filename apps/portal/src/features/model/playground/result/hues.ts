/** As many as people tell apart; the style sheet has one colour for each. */
export const HUES = 8;

/** A colour for each label, by its number: the same for the same label, others for the first eight. */
export function huesOf(labels: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...new Set(labels)].map((label, at) => [label, at % HUES]));
}
