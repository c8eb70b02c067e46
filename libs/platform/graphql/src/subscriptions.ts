import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AppError, type Caller, type Credentials } from '@steelyard/kernel';
import { credentialsOf } from '@steelyard/platform-http';
import { GraphQLError, Location, specifiedRules, validate, type DocumentNode, type GraphQLFieldConfig, type GraphQLSchema, type ValidationRule } from 'graphql';
import { graphqlErrors } from './errors.js';
import type { ErrorFormatter } from './format-error.js';
import { checkIntrospection, type Introspection } from './introspection.js';
import type { OperationLimits } from './operation-limits.js';
import type { Identify } from './request-gate.js';

export interface SubscriptionGateOptions {
  readonly identify: Identify;
  readonly format: ErrorFormatter;
  readonly introspection: Introspection;
  readonly limits: OperationLimits;
  readonly rules: readonly ValidationRule[];
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

/** Calls `changed` whenever a key is revoked or may do other things than before; gives what ends that. */
export type WatchKey = (keyId: string, changed: () => void) => () => void;

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
      if (document.loc.end > options.limits.documentChars) throw graphqlErrors.DOCUMENT_TOO_LARGE({ limitChars: options.limits.documentChars });
      const problem = validate(schema, document, [...specifiedRules, ...options.rules])[0];
      if (problem) throw problem;
      const identified = await options.identify(shownBy(context), { req: context.request.raw });
      if (options.introspection === 'keys') checkIntrospection(document, identified);
      Object.assign(context, { caller: identified.caller, person: identified.person });
    } catch (error) {
      throw presentable(error, context.requestId, options.format);
    }
  };
}

/** `connection_init` carries `{authorization, organization}` itself, or the first among `{headers}`; the rest is the handshake's. */
function shownBy(context: SocketContext): Credentials {
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

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Most subscriptions that one connection may have at a time. */
export const SUBSCRIPTIONS_MAX = 50;

type Subscribe = NonNullable<GraphQLFieldConfig<unknown, SocketContext>['subscribe']>;

/**
 * Puts a guard around every subscription of the schema: what it throws, at its start or midway, is formatted like every other error (Mercurius
 * would send the bare message), one connection cannot have any number of them, and one whose key is revoked ends with the error that the key
 * meets from then on. Its `signal` aborts then and when the client ends the subscription: an `async function*` that waits for its next event is
 * not woken by `return()`.
 */
export function guardSubscriptions(schema: GraphQLSchema, format: ErrorFormatter, { identify, watchKey }: SubscriptionWatch): GraphQLSchema {
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
 * Calls `cut` with the error once the caller's key is good no more, which it may be already: it was looked at before the subscription began. That
 * nobody can be looked up at the moment says nothing. Gives what ends the watch.
 */
function whenRefused(context: SocketContext, cut: (error: unknown) => void, { identify, watchKey }: SubscriptionWatch): (() => void) | undefined {
  if (!context.caller || !watchKey) return undefined;
  const check = (): void => {
    identify(shownBy(context)).catch((error: unknown) => {
      if (error instanceof AppError && error.kind === 'unauthenticated') cut(error);
    });
  };
  const unwatch = watchKey(context.caller.actorId, check);
  check();
  return unwatch;
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
  const wrapped = error instanceof GraphQLError ? error : new GraphQLError('failed', { originalError: error instanceof Error ? error : new Error(String(error)) });
  const { message, extensions } = format({ errors: [wrapped] }, requestId).response.errors[0]!;
  return new GraphQLError(message, { extensions: extensions ?? null });
}
