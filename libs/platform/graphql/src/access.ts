import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Caller, Permission } from '@steelyard/kernel';
import type { GraphqlContext } from './context.js';

/** Who may call a resolver or route. Each declares one; the guard refuses one that does not. */
export type AccessRule =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'permission'; readonly permission: Permission }
  | { readonly kind: 'operator' };

export const ACCESS_RULE = 'steelyard:access';

/** Callers whose key has this permission in their organization. */
export const Access = (permission: Permission) => SetMetadata(ACCESS_RULE, { kind: 'permission', permission } satisfies AccessRule);

/** Any caller with a valid key. */
export const Authenticated = () => SetMetadata(ACCESS_RULE, { kind: 'authenticated' } satisfies AccessRule);

/** The operator of the installation alone. */
export const OperatorOnly = () => SetMetadata(ACCESS_RULE, { kind: 'operator' } satisfies AccessRule);

/** Everyone, without a key. */
export const Public = () => SetMetadata(ACCESS_RULE, { kind: 'public' } satisfies AccessRule);

const CALLER = Symbol('steelyard:caller');

interface WithCaller {
  [CALLER]?: Caller | undefined;
}

/** Notes on a request whose it is, once that is known. */
export function rememberCaller(request: object, caller: Caller | undefined): void {
  (request as WithCaller)[CALLER] = caller;
}

/** The caller that was noted on a request. */
export function callerOf(request: object): Caller | undefined {
  return (request as WithCaller)[CALLER];
}

/** The caller of a resolver or route; `undefined` only where access is public. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller | undefined =>
  context.getType() === 'http'
    ? callerOf(context.switchToHttp().getRequest<object>())
    : GqlExecutionContext.create(context).getContext<GraphqlContext>().caller,
);
