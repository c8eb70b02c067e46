import { createHash, randomBytes } from 'node:crypto';
import type { Invitation } from '@steelyard/platform-database';
import type { FrontDoor } from '../sign-in/front-door.js';

export const INVITATION_DAYS = 7;

export type InvitationState = 'open' | 'accepted' | 'revoked' | 'expired';

type Moments = Pick<Invitation, 'acceptedAt' | 'revokedAt' | 'expiresAt'>;

export function stateOfInvitation({ acceptedAt, revokedAt, expiresAt }: Moments, nowMs: number): InvitationState {
  if (acceptedAt) return 'accepted';
  if (revokedAt) return 'revoked';
  return expiresAt.getTime() <= nowMs ? 'expired' : 'open';
}

/** 256 random bits as base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export function mintInvitationToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token, so that a copy of the database invites nobody; `undefined` for a text that is no token. */
export function hashOfToken(token: string): Uint8Array<ArrayBuffer> | undefined {
  return TOKEN.test(token) ? Uint8Array.from(createHash('sha256').update(token).digest()) : undefined;
}

/** The page of the portal that shows the invitation. */
export function invitationLink(door: FrontDoor, token: string): string {
  return `${door.origin}/invitations/${token}`;
}
