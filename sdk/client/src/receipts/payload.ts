/**
 * What a compact JWS signs, undefined where it is none of JSON. Nothing is checked: the main entry, which reads receipts by this, does not load
 * `@steelyard/receipt`.
 */
export function readPayload(jws: string): unknown {
  try {
    const [, payload = ''] = jws.split('.');
    const characters = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(characters, (character) => character.charCodeAt(0))));
  } catch {
    return undefined;
  }
}

/** Whether two JSON values say the same, in whatever order their fields are. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [entries, others] = [Object.entries(one), new Map(Object.entries(other))];
  return entries.length === others.size && entries.every(([key, value]) => others.has(key) && sameJson(value, others.get(key)));
}
