import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext, type GqlContextType } from '@nestjs/graphql';
import { assertNever, type Caller } from '@steelyard/kernel';
import { ACCESS_RULE, rememberCaller, type AccessRule, type GraphqlContext } from '@steelyard/platform-graphql';
import type { IncomingHttpHeaders } from 'node:http';
import { authorize, authorizeOperator, requireCaller } from './authorize.js';
import { identityErrors } from './errors.js';
import { Identity } from './identity.js';

/** Holds every query, mutation, subscription and route of the server to the access that it declares, and lets none pass that declares nothing. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Identity) private readonly identity: Identity,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [context.getHandler(), context.getClass()]);
    if (!rule) throw identityErrors.ACCESS_UNDECLARED({ handler: `${context.getClass().name}.${context.getHandler().name}` });
    check(rule, await this.#callerOf(context));
    return true;
  }

  /** The GraphQL door has settled who calls before it read the body; a route leaves that to us. */
  async #callerOf(context: ExecutionContext): Promise<Caller | undefined> {
    if (context.getType<GqlContextType>() === 'graphql') return GqlExecutionContext.create(context).getContext<GraphqlContext>().caller;
    const request = context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders }>();
    const caller = await this.identity.authenticate(request.headers.authorization);
    rememberCaller(request, caller);
    return caller;
  }
}

function check(rule: AccessRule, caller: Caller | undefined): void {
  switch (rule.kind) {
    case 'public':
      return;
    case 'authenticated':
      requireCaller(caller);
      return;
    case 'permission':
      authorize(caller, rule.permission);
      return;
    case 'operator':
      authorizeOperator(caller);
      return;
    default:
      assertNever(rule, 'access rule');
  }
}
