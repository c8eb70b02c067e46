import { OPERATOR_SCOPE, type Permission, type Scope } from './permissions.js';

/** Who makes a call: an API key of an organization, or nobody that is known. Doors make it, use cases are given it. */
export interface Caller {
  /** The tenant in whose name the call is made. */
  readonly organizationId: string;
  readonly organizationHandle: string;
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
}

export function isOperator(caller: Caller): boolean {
  return caller.scopes.has(OPERATOR_SCOPE);
}

export function isAllowed(caller: Caller, permission: Permission): boolean {
  return caller.scopes.has(permission) || isOperator(caller);
}
