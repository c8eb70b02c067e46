import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AppError, type Caller, type Credentials, type ErrorKind } from '@steelyard/kernel';
import { credentialsOf } from '@steelyard/platform-http';
import { GraphQLError, Location, specifiedRules, validate, type DocumentNode, type GraphQLFieldConfig, type GraphQLSchema, type ValidationRule } from 'graphql';
import { graphqlErrors } from './errors.js';
import { asThrown, type ErrorFormatter } from './format-error.js';
import { checkIntrospection, type Introspection } from './introspection.js';
import { checkCost } from './limits/operation-cost.js';
import { SUBSCRIPTIONS_MAX } from './open-subscriptions.js';
import { checkKnown, type PersistedOperations } from './persisted-operations.js';
import type { Identify } from './request-gate.js';
import { asRecord } from './socket-messages.js';

export interface SubscriptionGateOptions {
  readonly identify: Identify;
  readonly format: ErrorFormatter;
  readonly introspection: Introspection;
  readonly rules: readonly ValidationRule[];
  readonly persisted: PersistedOperations;
}

/** Mercurius's context of one WebSocket, copied for each operation on it. */
export interface SocketContext {
  readonly requestId: string;
  readonly closed: AbortSignal;
  readonly request: { readonly headers: IncomingHttpHeaders; readonly raw: Pick<IncomingMessage, 'headers' | 'socket'> };
  /** What the client sent with `connection_init`. */
  readonly _connectionInit?: unknown;
  /** Who subscribes, once the gate has let them through. */
  readonly caller?: Caller | undefined;
}

/** Calls `changed` whenever a key or a person, by the caller's `actorId`, may do other things than before or nothing at all; gives what ends that. */
export type WatchKey = (actorId: string, changed: () => void) => () => void;

export interface SubscriptionWatch {
  readonly identify: Identify;
  readonly watchKey?: WatchKey | undefined;
}

/**
 * Runs before each subscription: Mercurius neither validates a subscription's document nor hides its errors. The key comes from the connection's
 * parameters (browsers can set no header) or from the handshake, and is looked at anew for each subscription, so a revoked one begins nothing.
 */
export function createSubscriptionGate(options: SubscriptionGateOptions) {
  return async (schema: GraphQLSchema, document: DocumentNode, context: SocketContext): Promise<void> => {
    try {
      if (!(document.loc instanceof Location)) throw graphqlErrors.DOCUMENT_MALFORMED({});
      const shown = shownBy(context);
      // First, as by HTTP: a bad key, or a sender whose limit is met, does not cost validating a document.
      const identified = await options.identify(shown, { req: context.request.raw });
      checkKnown(options.persisted, { headers: { authorization: shown.authorization }, document: document.loc.source.body });
      const problem = validate(schema, document, [...specifiedRules, ...options.rules])[0];
      if (problem) throw problem;
      if (options.introspection === 'keys') checkIntrospection(document, identified);
      Object.assign(context, { caller: identified.caller, person: identified.person });
    } catch (error) {
      throw presentable(error, context.requestId, options.format);
    }
  };
}

/** Whether a connection shows a good key or session. One that does not may go on: its subscriptions are told what is wrong, and some are for everybody. */
export function recognizer(identify: Identify) {
  return async (context: Pick<SocketContext, '_connectionInit' | 'request'>): Promise<boolean> => {
    try {
      const { caller, person } = await identify(shownBy(context), { req: context.request.raw });
      return caller !== undefined || person !== undefined;
    } catch {
      return false;
    }
  };
}

/** `connection_init` carries `{authorization, organization}` itself, or the first among `{headers}`; the rest is the handshake's. */
function shownBy(context: Pick<SocketContext, '_connectionInit' | 'request'>): Credentials {
  const sent = asRecord(context._connectionInit);
  const shown = credentialsOf(context.request.headers);
  const authorization = sent['authorization'] ?? sent['Authorization'] ?? asRecord(sent['headers'])['authorization'];
  const { organization } = sent;
  return {
    ...shown,
    ...(typeof authorization === 'string' && { authorization }),
    ...(typeof organization === 'string' && { organization }),
  };
}

/** How long after nobody could be looked up a caller is looked at again. */
const LOOK_AGAIN_AFTER_MS = 1_000;
/** Between two looks for an expiry: not without end where clocks differ, and no longer than a timer takes, 2^31 - 1. */
const EXPIRY_MS_MIN = 100;
const EXPIRY_MS_MAX = 2_147_483_647;
/** What identifying a caller fails with when they have lost their right, not when nobody can tell. */
const REFUSALS: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['unauthenticated', 'forbidden']);

type Subscribe = NonNullable<GraphQLFieldConfig<unknown, SocketContext>['subscribe']>;

/**
 * Puts a guard around every subscription of the schema: what it throws, at its start or midway, is formatted like every other error (Mercurius
 * would send the bare message), one connection cannot have any number of them, and one whose caller loses the right to it ends with the error that
 * they meet from then on. Its `signal` aborts then and when the client ends the subscription: an `async function*` that waits for its next event is
 * not woken by `return()`.
 */
export function guardSubscriptions(schema: GraphQLSchema, { format, costMax, identify, watchKey }: SubscriptionWatch & { readonly format: ErrorFormatter; readonly costMax: number }): GraphQLSchema {
  const active = new WeakMap<object, number>();

  for (const subscription of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const subscribe = subscription.subscribe as Subscribe | undefined;
    if (!subscribe) continue;
    subscription.subscribe = async (source, args, context: SocketContext, info) => {
      const { request, requestId, closed } = context;
      const left = new AbortController();
      const present = (error: unknown) => presentable(error, requestId, format);
      const already = active.get(request) ?? 0;
      if (already >= SUBSCRIPTIONS_MAX) throw present(graphqlErrors.SUBSCRIPTIONS_TOO_MANY({ limit: SUBSCRIPTIONS_MAX }));
      try {
        checkCost(info.schema, info, { variables: info.variableValues, limit: costMax });
      } catch (error) {
        throw present(error);
      }
      active.set(request, already + 1);
      left.signal.addEventListener('abort', () => active.set(request, active.get(request)! - 1));
      try {
        Object.assign(context, { signal: AbortSignal.any([closed, left.signal]) });
        const events = eventsOf(await subscribe(source, args, context, info));
        const refused = (cut: (error: unknown) => void) => whenRefused(context, cut, { identify, watchKey });
        return guardEvents(events, left, { present, refused });
      } catch (error) {
        left.abort();
        throw present(error);
      }
    };
  }
  return schema;
}

function eventsOf(result: unknown): AsyncIterator<unknown> {
  if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) return (result as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  throw new TypeError('a subscription must give an async iterable');
}

/**
 * Calls `cut` with the error once the caller's key or session is good no more, as when it expires, or may do less than it could when the subscription
 * began, which may be so already: it was looked at before. Asked for is the organization that the caller acts for, since without a name a person who left it would
 * be found to act for another. That nobody can be looked up at the moment says nothing, and is asked again. Gives what ends the watch.
 */
function whenRefused(context: SocketContext, cut: (error: unknown) => void, { identify, watchKey }: SubscriptionWatch): (() => void) | undefined {
  const { caller } = context;
  if (!caller || !watchKey) return undefined;
  const shown = { ...shownBy(context), organization: caller.organizationHandle };
  let over = false;
  let again: NodeJS.Timeout | undefined;
  const checkIn = (waitMs: number): void => {
    clearTimeout(again);
    if (!over) again = setTimeout(check, Math.min(Math.max(waitMs, EXPIRY_MS_MIN), EXPIRY_MS_MAX)).unref();
  };
  const failed = (error: unknown): void => {
    if (error instanceof AppError && REFUSALS.has(error.kind)) return cut(error);
    checkIn(LOOK_AGAIN_AFTER_MS);
  };
  const check = (): void => {
    void identify(shown).then(({ caller: now, goodUntilMs }) => {
      if (!mayStill(caller, now)) return cut(graphqlErrors.SUBSCRIPTION_OUTLIVED({}));
      if (goodUntilMs === undefined) clearTimeout(again);
      else checkIn(goodUntilMs - Date.now());
    }, failed);
  };
  const unwatch = watchKey(caller.actorId, check);
  check();
  return () => {
    over = true;
    clearTimeout(again);
    unwatch();
  };
}

/** Whether somebody acts for the organization that they began with, and has every scope that they had. */
function mayStill(began: Caller, now: Caller | undefined): boolean {
  return now?.organizationId === began.organizationId && [...began.scopes].every((scope) => now.scopes.has(scope));
}

interface Guard {
  readonly present: (error: unknown) => GraphQLError;
  readonly refused: (cut: (error: unknown) => void) => (() => void) | undefined;
}

function guardEvents(events: AsyncIterator<unknown>, left: AbortController, { present, refused }: Guard): AsyncIterableIterator<unknown> {
  let refusal: { readonly error: unknown } | undefined;
  const unwatch = refused((error) => {
    refusal = { error };
    left.abort();
    void events.return?.();
  });
  if (unwatch) left.signal.addEventListener('abort', unwatch);
  return {
    async next() {
      try {
        const step = await events.next();
        if (refusal) throw refusal.error;
        if (step.done) left.abort();
        return step;
      } catch (thrown) {
        const error = refusal ? refusal.error : thrown;
        left.abort();
        throw present(error);
      }
    },
    async return() {
      left.abort();
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The error as the client may see it; what Mercurius sends is a `GraphQLError`'s message and extensions. */
function presentable(error: unknown, requestId: string, format: ErrorFormatter): GraphQLError {
  const { message, extensions } = format({ errors: [asThrown(error)] }, requestId).response.errors[0]!;
  return new GraphQLError(message, { extensions: extensions ?? null });
}
