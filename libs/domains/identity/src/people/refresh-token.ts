import type { Peppers } from '../keys/peppers.js';
import { openText, sealText, type SealedFor } from '../keys/sealed-text.js';

/** What a refresh token belongs to: in another row, or at another issuer, it opens nothing. */
export interface RefreshTokenPlace {
  readonly sessionId: string;
  readonly issuerUrl: URL;
}

export function sealRefreshToken(peppers: Peppers, token: string, place: RefreshTokenPlace): Uint8Array<ArrayBuffer> {
  return sealText(peppers, token, sealedFor(place));
}

export function openRefreshToken(peppers: Peppers, sealed: Uint8Array, place: RefreshTokenPlace): string | undefined {
  return openText(peppers, sealed, sealedFor(place));
}

function sealedFor({ sessionId, issuerUrl }: RefreshTokenPlace): SealedFor {
  return { purpose: 'steelyard refresh token', context: `${sessionId} ${issuerUrl.href}` };
}
