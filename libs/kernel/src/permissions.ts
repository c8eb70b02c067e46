/**
 * Everything a caller may be allowed to do within an organization. API keys carry a subset of these as scopes. `versions:publish` is the part of
 * `models:publish` that a build server needs: to upload and to publish. `organization:erase` is also to take all of its data out.
 */
export const PERMISSIONS = [
  'predict',
  'calls:read',
  'models:read',
  'models:publish',
  'versions:publish',
  'usage:read',
  'balance:read',
  'budgets:manage',
  'billing:read',
  'payments:manage',
  'keys:manage',
  'organization:read',
  'organization:manage',
  'organization:erase',
  'privacy:manage',
  'audit:read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** The one scope of the operator's key: everything, in every organization, and what only an operator does. */
export const OPERATOR_SCOPE = 'operator:*';

/** What who has a permission may do besides. */
export const IMPLIED_BY: Readonly<Partial<Record<Permission, Permission>>> = { 'versions:publish': 'models:publish' };

export type Scope = Permission | typeof OPERATOR_SCOPE;

export const ROLES = ['owner', 'admin', 'developer', 'billing', 'viewer'] as const;

export type Role = (typeof ROLES)[number];

const everything: readonly Permission[] = PERMISSIONS;

/** Which role may do what. Only owners may end the organization. Billing never predicts and never sees what was kept of calls; a viewer changes nothing. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  owner: everything,
  admin: everything.filter((permission) => permission !== 'organization:erase'),
  developer: ['predict', 'calls:read', 'models:read', 'models:publish', 'versions:publish', 'usage:read', 'keys:manage', 'organization:read'],
  billing: ['models:read', 'usage:read', 'balance:read', 'budgets:manage', 'billing:read', 'payments:manage', 'organization:read'],
  viewer: ['models:read', 'organization:read'],
};

export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}
