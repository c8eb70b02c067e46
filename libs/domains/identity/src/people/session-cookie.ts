import type { Credentials } from '@steelyard/kernel';
import { FrontDoor } from '../sign-in/front-door.js';

export interface CookieOptions {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
}

/** The session token that a browser's cookie carries, where the cookie is to be believed. */
export function sessionTokenIn({ cookie, origin, safe }: Credentials, door: FrontDoor): string | undefined {
  if (cookie === undefined || !door.isOpen) return undefined;
  // Browsers name the page that a request comes from, but for those that only look. Another site's page may have sent it without asking.
  const ours = origin === undefined ? safe === true : origin === door.origin;
  return ours ? cookieIn(cookie, sessionCookieName(door)) : undefined;
}

/** `__Host-` binds a cookie to one host and to https; browsers refuse it over http. */
export function sessionCookieName(door: FrontDoor): string {
  return door.secure ? '__Host-steelyard' : 'steelyard';
}

export function cookieIn(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** The `Set-Cookie` header of a cookie that scripts cannot read and other sites cannot have sent, but by links that lead here. An age of 0 removes it. */
export function setCookie({ name, value, maxAgeSeconds }: CookieOptions, door: FrontDoor): string {
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${door.secure ? '; Secure' : ''}`;
}
