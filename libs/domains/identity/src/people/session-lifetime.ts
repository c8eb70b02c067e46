import type { Config } from '@steelyard/platform-config';
import type { KnownSession } from './session-directory.js';

const DAY_MS = 86_400_000;

export function idleLimitMs({ sessionIdleDays }: Pick<Config, 'sessionIdleDays'>): number {
  return sessionIdleDays * DAY_MS;
}

/** Whether a session still lets its bearer in. */
export function isAlive(session: KnownSession, nowMs: number, idleMs: number): boolean {
  return !session.revoked && nowMs < aliveUntilMs(session, idleMs);
}

/** When a session that is not used any more expires, as a Unix time in milliseconds. */
export function aliveUntilMs({ expiresAtMs, lastSeenAtMs }: KnownSession, idleMs: number): number {
  return Math.min(expiresAtMs, lastSeenAtMs + idleMs);
}
