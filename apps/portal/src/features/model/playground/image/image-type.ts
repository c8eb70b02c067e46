/** How the base64 text of each begins: what a browser is given as an image is one of these, whatever a provider says it is. */
const BEGINNINGS = { iVBOR: 'image/png', '/9j/': 'image/jpeg', R0lGOD: 'image/gif', UklGR: 'image/webp' };

/** A data URL of an image in base64; undefined when it is none that browsers show safely. */
export function imageAddress(base64: string): string | undefined {
  const type = Object.entries(BEGINNINGS).find(([beginning]) => base64.startsWith(beginning))?.[1];
  return type && `data:${type};base64,${base64}`;
}
