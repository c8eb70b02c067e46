import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext, type GqlContextType } from '@nestjs/graphql';
import { assertNever, type Identified } from '@steelyard/kernel';
import { ACCESS_RULE, rememberIdentified, type AccessRule, type GraphqlContext } from '@steelyard/platform-graphql';
import { credentialsOf } from '@steelyard/platform-http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { authorize, authorizeOperator, requireCaller, requirePerson, requirePersonOrOperator } from './authorize.js';
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
    check(rule, await this.#identify(context));
    return true;
  }

  /** The GraphQL door has settled who calls before it read the body; a route leaves that to us. */
  async #identify(context: ExecutionContext): Promise<Identified> {
    if (context.getType<GqlContextType>() === 'graphql') return GqlExecutionContext.create(context).getContext<GraphqlContext>();
    const http = context.switchToHttp();
    const request = http.getRequest<{ method: string; headers: IncomingHttpHeaders }>();
    const safe = request.method === 'GET' || request.method === 'HEAD';
    const identified = await this.identity.identify({ ...credentialsOf(request.headers), safe }, http.getResponse<{ raw: ServerResponse }>().raw);
    rememberIdentified(request, identified);
    return identified;
  }
}

function check(rule: AccessRule, { caller, person }: Identified): void {
  switch (rule.kind) {
    case 'public':
      return;
    case 'authenticated':
      requireCaller(caller);
      return;
    case 'person':
      requirePerson(person);
      return;
    case 'person-or-operator':
      requirePersonOrOperator({ caller, person });
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
