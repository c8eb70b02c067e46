import { createHash, randomBytes } from 'node:crypto';
import { base62 } from '../keys/base62.js';

const PREFIX = 'sy_session_';
const SESSION_TOKEN = /^sy_session_[0-9A-Za-z]{43}$/;

/** What a browser or terminal shows of its session: 256 random bits behind a prefix by which scanners and people know what they see. */
export function mintSessionToken(): string {
  return PREFIX + base62(randomBytes(32), 43);
}

/** Whether a bearer token is meant to be a session's, rather than an API key. */
export function isSessionToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** What the database keeps in place of a secret that is random itself; `undefined` for what has not the form of a session token. */
export function hashOfSession(token: string): Buffer | undefined {
  return SESSION_TOKEN.test(token) ? sha256(token) : undefined;
}

export function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
