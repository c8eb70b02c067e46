import { createHash } from 'node:crypto';
import { NAME_PATTERN } from '@steelyard/kernel';
import { identityErrors } from './errors.js';

const HANDLE = new RegExp(`^${NAME_PATTERN}$`);
const LENGTH_MIN = 2;

/** What the handle of an erased organization begins with; a hash of what it was called follows, so that nobody is given that again. */
export const ERASED_HANDLE = 'erased-';

/** Words that stand, or may come to stand, where a handle stands in an address, and names that would deceive. */
const RESERVED = new Set([
  'about', 'account', 'admin', 'api', 'app', 'assets', 'auth', 'billing', 'blog', 'cli', 'console', 'dashboard', 'docs', 'download',
  'explore', 'graphql', 'health', 'healthz', 'help', 'hf', 'home', 'internal', 'invoices', 'keys', 'legal', 'login', 'logout', 'me', 'metrics', 'model',
  'models', 'new', 'null', 'official', 'openai', 'operator', 'organization', 'organizations', 'payments', 'platform', 'playground', 'predict',
  'predictions', 'pricing', 'privacy', 'public', 'replicate', 'root', 'sdk', 'search', 'security', 'settings', 'signup', 'staff', 'static',
  'status', 'steelyard', 'support', 'system', 'terms', 'undefined', 'uploads', 'usage', 'user', 'users', 'v1', 'v2', 'verified',
  'webhooks', 'www',
]);

/** What an erased organization is called that had this handle. */
export function erasedHandle(handle: string): string {
  return ERASED_HANDLE + createHash('sha256').update(handle).digest('hex').slice(0, 20);
}

/**
 * Checks a handle that somebody wishes to have. Handles never change hands: references in other people's code hold them.
 * @throws AppError `IDENTITY.HANDLE_INVALID` or `IDENTITY.HANDLE_RESERVED`
 */
export function checkHandle(handle: string): void {
  if (handle.length < LENGTH_MIN || !HANDLE.test(handle) || handle.includes('--')) throw identityErrors.HANDLE_INVALID({ handle });
  if (RESERVED.has(handle) || handle.startsWith(ERASED_HANDLE)) throw identityErrors.HANDLE_RESERVED({ handle });
}
