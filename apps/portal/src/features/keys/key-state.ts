import type { KeyFieldsFragment } from '../../generated/documents';

/** `replaced`: another has been made in its place, and it goes on working until it expires. */
export type KeyState = 'active' | 'replaced' | 'expired' | 'revoked';

export function stateOf({ revokedAt, expiresAt, rotatedToId }: KeyFieldsFragment, nowMs = Date.now()): KeyState {
  if (revokedAt != null) return 'revoked';
  if (expiresAt != null && Date.parse(expiresAt) <= nowMs) return 'expired';
  return rotatedToId == null ? 'active' : 'replaced';
}

export function works(key: KeyFieldsFragment): boolean {
  const state = stateOf(key);
  return state === 'active' || state === 'replaced';
}
