import type { ErrorObject } from 'ajv';
import type { Checks } from '../contract/checks.js';
import type { Contract } from '../contract/derive-contract.js';
import type { Handlers } from '../resources/handlers.js';
import { letTimePass } from '../resources/index.js';
import { StripeFailure } from '../state/stripe-failure.js';
import type { World } from '../state/world.js';
import { notDone, refuse, watchReads } from './check-params.js';
import { expand } from './expand.js';
import { FaultPlan, replyAfter, replyInstead, serverError, type Fault } from './faults.js';
import { readForm } from './form.js';
import { IdempotencyKeys } from './idempotency.js';
import { answered, type Answered, type Reply } from './reply.js';
import { Routes, type Match } from './routes.js';

export interface ApiRequest {
  readonly verb: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

interface ApiParts {
  readonly contract: Contract;
  readonly checks: Checks;
  readonly world: World;
  readonly handlers: Handlers;
  readonly clock: { nowMs(): number };
}

/** How late a slow answer is. */
const SLOW_MS = 300;

type Params = Record<string, unknown> & { expand?: string[] };

/** Stripe's HTTP interface: from a request to its answer, by the contract, idempotency keys and what a test wants to go wrong. */
export class Api {
  readonly faults = new FaultPlan();
  /** Where the double itself broke the contract: a test that sees one is worth nothing. */
  readonly violations: string[] = [];
  private readonly routes: Routes;
  private readonly keys: IdempotencyKeys;

  constructor(private readonly parts: ApiParts) {
    this.routes = new Routes(parts.contract);
    this.keys = new IdempotencyKeys(() => parts.clock.nowMs());
  }

  answer(request: ApiRequest): Reply {
    const requestId = this.parts.world.newId('req');
    const key = request.headers['idempotency-key'];
    this.parts.world.cause = { id: requestId, idempotencyKey: key ?? null };
    try {
      const reply = this.attempt(request, request.verb === 'GET' ? undefined : key);
      return reply.kind === 'answer' ? { ...reply, headers: { ...this.headers(requestId, request), ...reply.headers } } : reply;
    } finally {
      this.parts.world.cause = undefined;
    }
  }

  private attempt(request: ApiRequest, key: string | undefined): Reply {
    try {
      const match = this.identify(request);
      const fault = this.faults.take(match.operation);
      const instead = fault && replyInstead(fault);
      if (instead) return instead;
      const done = key === undefined ? this.perform(match, request) : this.performOnce(match, request, { key, fault });
      return replyAfter(fault, done);
    } catch (failure) {
      if (failure instanceof StripeFailure) return answered(failure.status, { error: failure.error });
      throw failure;
    }
  }

  private identify({ verb, path, headers }: ApiRequest): Match {
    const apiKey = headers.authorization?.replace('Bearer ', '') ?? '';
    if (!/^[sr]k_test_/.test(apiKey)) throw new StripeFailure(401, { type: 'invalid_request_error', message: `Invalid API Key provided: ${apiKey.slice(0, 8)}*** (the double takes keys of test mode)` });
    const version = headers['stripe-version'];
    const { apiVersion } = this.parts.contract;
    if (version && version !== apiVersion) throw new StripeFailure(400, { type: 'invalid_request_error', message: `Invalid Stripe API version: ${version} (the double speaks ${apiVersion})` });
    const match = this.routes.find(verb, path);
    if (!match) throw new StripeFailure(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${verb}: ${path}), or one that the double does not know.` });
    return match;
  }

  private performOnce(match: Match, request: ApiRequest, { key, fault }: { key: string; fault: Fault | undefined }): Answered {
    const api = request.path.startsWith('/v2') ? 'v2' : 'v1';
    const earlier = this.keys.claim({ key, fingerprint: `${request.verb} ${request.path}?${request.query} ${request.body}`, api });
    if (earlier) return { ...earlier, headers: { ...earlier.headers, 'idempotent-replayed': 'true' } };
    try {
      const done = this.perform(match, request);
      const kept = fault === 'server-error-after' ? serverError() : done;
      const whenSent = (): void => (api === 'v2' && kept.status >= 400 ? this.keys.release(key) : this.keys.keep(key, kept));
      if (fault === 'slow') return { ...kept, delay: { ms: SLOW_MS, whenSent } };
      whenSent();
      return kept;
    } catch (failure) {
      // Parameters that are refused before anything was begun do not use a key up.
      this.keys.release(key);
      throw failure;
    }
  }

  /** @throws {StripeFailure} for parameters that break the contract; what fails later is an answer. */
  private perform({ operation, ids }: Match, request: ApiRequest): Answered {
    const { checks, handlers, world } = this.parts;
    const params = readParams(request);
    const refused = checks.findInRequest(operation, params);
    if (refused.length > 0) throw refuse(refused);
    letTimePass(world);
    try {
      const { watched, unread } = watchReads(params);
      const handler = handlers[operation] as (params: Params, ...ids: readonly string[]) => unknown;
      const answer = JSON.parse(JSON.stringify(handler(watched, ...ids))) as unknown;
      if (unread().length > 0) return this.broken(notDone(operation, unread()));
      expand(answer, params.expand ?? [], world.store);
      const found = checks.findInResponse(operation, answer);
      return found.length > 0 ? this.broken(`The double's answer to ${operation} breaks the contract: ${describe(found)}`) : answered(200, answer);
    } catch (failure) {
      if (failure instanceof StripeFailure) return answered(failure.status, { error: failure.error });
      return this.broken(`The double failed at ${operation}: ${(failure as Error).stack}`);
    }
  }

  /** Writes down that the double is wrong. */
  broken(message: string): Answered {
    this.violations.push(message);
    return answered(500, { error: { type: 'api_error', message } });
  }

  private headers(requestId: string, { headers }: ApiRequest): Record<string, string> {
    const key = headers['idempotency-key'];
    return {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': this.parts.contract.apiVersion,
      ...(key ? { 'idempotency-key': key } : {}),
    };
  }
}

function readParams({ verb, path, query, body }: ApiRequest): Params {
  if (verb !== 'POST') return readForm(query);
  return path.startsWith('/v2') ? (JSON.parse(body || '{}') as Params) : readForm(body);
}

export function describe(errors: readonly ErrorObject[]): string {
  return errors
    .slice(0, 5)
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
    .join('; ');
}
