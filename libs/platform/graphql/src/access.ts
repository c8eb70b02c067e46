import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Caller, Identified, Permission, SignedInPerson } from '@steelyard/kernel';
import type { GraphqlContext } from './context.js';

/** Who may call a resolver or route. Each declares one; the guard refuses one that does not. */
export type AccessRule =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'person' }
  | { readonly kind: 'person-or-operator' }
  | { readonly kind: 'permission'; readonly permission: Permission }
  | { readonly kind: 'operator' };

export const ACCESS_RULE = 'steelyard:access';

/** Callers whose key has this permission in their organization. */
export const Access = (permission: Permission) => SetMetadata(ACCESS_RULE, { kind: 'permission', permission } satisfies AccessRule);

/** Any caller: a valid key, or a person who acts for an organization. */
export const Authenticated = () => SetMetadata(ACCESS_RULE, { kind: 'authenticated' } satisfies AccessRule);

/** Anybody who is signed in, also with no organization yet; no API key. */
export const PersonOnly = () => SetMetadata(ACCESS_RULE, { kind: 'person' } satisfies AccessRule);

/** Anybody who is signed in, and the operator; no other API key. */
export const PersonOrOperator = () => SetMetadata(ACCESS_RULE, { kind: 'person-or-operator' } satisfies AccessRule);

/** The operator of the installation alone. */
export const OperatorOnly = () => SetMetadata(ACCESS_RULE, { kind: 'operator' } satisfies AccessRule);

/** Everyone, known or not. */
export const Public = () => SetMetadata(ACCESS_RULE, { kind: 'public' } satisfies AccessRule);

const IDENTIFIED = Symbol('steelyard:identified');

interface WithIdentified {
  [IDENTIFIED]?: Identified | undefined;
}

const NOBODY: Identified = Object.freeze({});

/** Notes on a request who sends it, once that is known. */
export function rememberIdentified(request: object, identified: Identified): void {
  (request as WithIdentified)[IDENTIFIED] = identified;
}

/** Who was noted to send a request. */
export function identifiedOf(request: object): Identified {
  return (request as WithIdentified)[IDENTIFIED] ?? NOBODY;
}

function identifiedIn(context: ExecutionContext): Identified {
  return context.getType() === 'http'
    ? identifiedOf(context.switchToHttp().getRequest<object>())
    : GqlExecutionContext.create(context).getContext<GraphqlContext>();
}

/** The caller of a resolver or route; `undefined` only where access is public or for a person. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller | undefined => identifiedIn(context).caller);

/** Who is signed in; `undefined` for API keys and nobody. */
export const CurrentPerson = createParamDecorator((_data: unknown, context: ExecutionContext): SignedInPerson | undefined => identifiedIn(context).person);
