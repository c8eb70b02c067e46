import { defineErrors } from '@steelyard/kernel';

export const identityErrors = defineErrors('IDENTITY', {
  UNAUTHENTICATED: {
    kind: 'unauthenticated',
    message: (_: object) => 'This needs an API key, or somebody who is signed in and acts for an organization',
    fix: 'Send Authorization: Bearer sy_live_..., or sign in.',
  },
  SIGN_IN_NEEDED: {
    kind: 'unauthenticated',
    message: (_: object) => 'This needs somebody who is signed in',
    fix: 'Sign in; an API key does not do.',
  },
  KEY_MALFORMED: {
    kind: 'unauthenticated',
    message: (_: object) => 'This is no API key, or a character of it is wrong or missing',
    fix: 'Copy the key again, whole: sy_live_ and 63 more characters.',
  },
  KEY_UNKNOWN: {
    kind: 'unauthenticated',
    message: (_: object) => 'There is no such API key',
    fix: 'Use a key of this installation, or make one with createApiKey.',
  },
  KEY_REVOKED: {
    kind: 'unauthenticated',
    message: ({ keyId }: { keyId: string }) => `The API key ${keyId} has been revoked`,
    fix: 'Make another with createApiKey.',
  },
  KEY_EXPIRED: {
    kind: 'unauthenticated',
    message: ({ keyId, expiredAt }: { keyId: string; expiredAt: string }) => `The API key ${keyId} expired at ${expiredAt}`,
    fix: 'Make another with createApiKey.',
  },
  FORBIDDEN: {
    kind: 'forbidden',
    message: ({ permission }: { permission: string }) => `This needs the permission ${permission}, which the API key or the role in the organization does not give`,
    fix: ({ permission }: { permission: string }) => `Use a key that has the scope ${permission}, or ask somebody who manages the organization for a role that has it.`,
  },
  ACCESS_UNDECLARED: {
    kind: 'internal',
    message: ({ handler }: { handler: string }) => `${handler} does not say who may call it`,
    fix: 'Put @Access(permission), @Authenticated(), @PersonOnly(), @PersonOrOperator(), @OperatorOnly() or @Public() on it.',
  },
  SESSION_ENDED: {
    kind: 'unauthenticated',
    message: (_: object) => 'There is no such session, or it has ended',
    fix: 'Sign in again.',
  },
  SESSION_NOT_FOUND: {
    kind: 'not-found',
    message: ({ id }: { id: string }) => `You have no session ${id}`,
  },
  NOT_A_MEMBER: {
    kind: 'forbidden',
    message: ({ handle }: { handle: string }) => `You belong to no organization ${handle}`,
    fix: 'Choose one of your organizations, or ask its owner for an invitation.',
  },
  LOOKUP_FAILED: {
    kind: 'unavailable',
    message: (_: object) => 'Who calls cannot be looked up at the moment',
  },
  HANDLE_INVALID: {
    kind: 'invalid',
    message: ({ handle }: { handle: string }) => `"${handle}" cannot be a handle`,
    fix: 'A handle has 2 to 64 lower case letters, digits and inner hyphens.',
  },
  HANDLE_RESERVED: {
    kind: 'invalid',
    message: ({ handle }: { handle: string }) => `The handle ${handle} is reserved`,
    fix: 'Choose another.',
  },
  HANDLE_TAKEN: {
    kind: 'conflict',
    message: ({ handle }: { handle: string }) => `The handle ${handle} is taken`,
    fix: 'Choose another.',
  },
  NAME_INVALID: {
    kind: 'invalid',
    message: ({ what }: { what: string }) => `The name of ${what} must have 1 to 100 characters`,
  },
  EMAIL_INVALID: {
    kind: 'invalid',
    message: ({ email }: { email: string }) => `"${email}" is not an e-mail address`,
  },
  SCOPES_INVALID: {
    kind: 'invalid',
    message: ({ unknown }: { unknown: readonly string[]; allowed: readonly string[] }) =>
      unknown.length === 0 ? 'A key needs at least one scope' : `No key can have the scope ${unknown.join(', ')}`,
    fix: ({ allowed }: { unknown: readonly string[]; allowed: readonly string[] }) => `Choose among ${allowed.join(', ')}.`,
  },
  SCOPES_NOT_HELD: {
    kind: 'forbidden',
    message: ({ missing }: { missing: readonly string[] }) => `The API key cannot give away what it lacks: ${missing.join(', ')}`,
    fix: 'Use a key that has these scopes, or ask for fewer.',
  },
  EXPIRY_PAST: {
    kind: 'invalid',
    message: ({ expiresAt }: { expiresAt: string }) => `A key cannot expire in the past, at ${expiresAt}`,
  },
  ORGANIZATION_NOT_FOUND: {
    kind: 'not-found',
    message: ({ handle }: { handle: string }) => `There is no organization ${handle}`,
  },
  KEY_NOT_FOUND: {
    kind: 'not-found',
    message: ({ id }: { id: string }) => `The organization has no API key ${id}`,
  },
  PEPPER_MISSING: {
    kind: 'not-configured',
    message: ({ path }: { path: string }) => `The database holds API keys, but what they were hashed with is not here: no ${path} and no STEELYARD_KEY_PEPPER`,
    fix: 'Copy pepper.key from the data folder of the first server, or set STEELYARD_KEY_PEPPER as it is set there. Without it no key works.',
  },
});
