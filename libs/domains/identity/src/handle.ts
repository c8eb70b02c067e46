import { NAME_PATTERN } from '@steelyard/kernel';
import { identityErrors } from './errors.js';

const HANDLE = new RegExp(`^${NAME_PATTERN}$`);
const LENGTH_MIN = 2;

/** Words that stand, or may come to stand, where a handle stands in an address, and names that would deceive. */
const RESERVED = new Set([
  'about', 'account', 'admin', 'api', 'app', 'assets', 'auth', 'billing', 'blog', 'cli', 'console', 'dashboard', 'docs', 'download',
  'explore', 'graphql', 'health', 'healthz', 'help', 'hf', 'home', 'internal', 'invoices', 'keys', 'legal', 'login', 'logout', 'me', 'metrics', 'model',
  'models', 'new', 'null', 'official', 'openai', 'operator', 'organization', 'organizations', 'payments', 'platform', 'playground', 'predict',
  'predictions', 'pricing', 'privacy', 'public', 'replicate', 'root', 'sdk', 'search', 'security', 'settings', 'signup', 'staff', 'static',
  'status', 'steelyard', 'support', 'system', 'terms', 'undefined', 'uploads', 'usage', 'user', 'users', 'v1', 'v2', 'verified',
  'webhooks', 'www',
]);

/**
 * Checks a handle that somebody wishes to have. Handles never change hands: references in other people's code hold them.
 * @throws AppError `IDENTITY.HANDLE_INVALID` or `IDENTITY.HANDLE_RESERVED`
 */
export function checkHandle(handle: string): void {
  if (handle.length < LENGTH_MIN || !HANDLE.test(handle) || handle.includes('--')) throw identityErrors.HANDLE_INVALID({ handle });
  if (RESERVED.has(handle)) throw identityErrors.HANDLE_RESERVED({ handle });
}
