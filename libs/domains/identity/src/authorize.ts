import { isAllowed, isOperator, OPERATOR_SCOPE, type Caller, type Identified, type SignedInPerson, type Permission } from '@steelyard/kernel';
import { identityErrors } from './errors.js';

/**
 * The caller, if it may.
 * @throws AppError `IDENTITY.UNAUTHENTICATED` for nobody, `IDENTITY.FORBIDDEN` for a key without the scope.
 */
export function authorize(caller: Caller | undefined, permission: Permission): Caller {
  const known = requireCaller(caller);
  if (!isAllowed(known, permission)) throw identityErrors.FORBIDDEN({ permission });
  return known;
}

/** Like {@link authorize}, for what the operator of the installation alone may do. */
export function authorizeOperator(caller: Caller | undefined): Caller {
  const known = requireCaller(caller);
  if (!isOperator(known)) throw identityErrors.FORBIDDEN({ permission: OPERATOR_SCOPE });
  return known;
}

/** @throws AppError `IDENTITY.UNAUTHENTICATED` */
export function requireCaller(caller: Caller | undefined): Caller {
  if (caller === undefined) throw identityErrors.UNAUTHENTICATED({});
  return caller;
}

/** @throws AppError `IDENTITY.SIGN_IN_NEEDED` */
export function requirePerson(person: SignedInPerson | undefined): SignedInPerson {
  if (person === undefined) throw identityErrors.SIGN_IN_NEEDED({});
  return person;
}

/** @throws AppError `IDENTITY.SIGN_IN_NEEDED` for nobody, `IDENTITY.FORBIDDEN` for an API key other than the operator's. */
export function requirePersonOrOperator({ caller, person }: Identified): void {
  if (person === undefined && caller !== undefined) authorizeOperator(caller);
  else requirePerson(person);
}
