import type { DynamicModule, InjectionToken, ModuleMetadata } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { Kind, Location, OperationTypeNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import { identifiedOf } from './access.js';
import { HttpContext, type GraphqlContext } from './context.js';
import { graphqlErrors } from './errors.js';
import { asThrown, createErrorFormatter, type ErrorPolicy, type FaultLog } from './format-error.js';
import { checkIntrospection, type Introspection } from './introspection.js';
import { checkDocumentCost } from './limits/operation-cost.js';
import { DEFAULT_LIMITS, limitRules, type OperationLimits } from './limits/operation-limits.js';
import { refuseRecursiveInputs } from './limits/recursive-inputs.js';
import { checkKnown, persistedQueryProvider, type PersistedOperations } from './persisted-operations.js';
import { createRequestGate, type Identify } from './request-gate.js';
import { scalarsMap } from './scalars.js';
import { boundMessages } from './socket-messages.js';
import { createSocketOpening, type SocketHost } from './socket-opening.js';
import { createSubscriptionGate, guardSubscriptions, recognizer, type WatchKey } from './subscriptions.js';
import { fillVariables } from './variable-defaults.js';

export interface GraphqlModuleOptions {
  /** Given what each request and each subscription shows of its sender; `Identity.identify` fits. */
  readonly identify: Identify;
  /** Tells when what a caller may do changed; `Identity.watchKey` fits. Running subscriptions are not ended by it where it is absent. */
  readonly watchKey?: WatchKey | undefined;
  /** `{ toFailure, statuses: HTTP_STATUS }` of platform/http. */
  readonly errors: ErrorPolicy;
  readonly log: FaultLog;
  /** Default `everyone`. */
  readonly introspection?: Introspection | undefined;
  /** Where to write the schema as text, sorted; nowhere when absent. */
  readonly schemaFile?: string | undefined;
  readonly limits?: Partial<OperationLimits> | undefined;
  /** What may be asked by its id, and whether that is all that browsers may ask. */
  readonly persisted?: PersistedOperations | undefined;
  /** Largest body; Fastify's own limit when absent. */
  readonly bodyLimitBytes?: number | undefined;
}

const NONE_PERSISTED: PersistedOperations = { documents: new Map(), only: false };
const KEEP_ALIVE_MS = 30_000;

type Hooks = NonNullable<MercuriusDriverConfig['hooks']>;

export interface GraphqlModuleFactory<D extends readonly unknown[]> {
  /** Modules that export what is injected. */
  readonly imports?: ModuleMetadata['imports'];
  readonly inject: readonly InjectionToken[];
  readonly useFactory: (...injected: D) => GraphqlModuleOptions;
}

/**
 * The GraphQL door at `/graphql`: POST with `application/json`, and WebSocket (`graphql-transport-ws`) for subscriptions. Resolvers are found in
 * all modules. Every request gets a {@link GraphqlContext}.
 */
export function graphqlModule(options: GraphqlModuleOptions): DynamicModule {
  return GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, ...driverConfig(options) });
}

/** Like {@link graphqlModule}, of parts that Nest makes: `{ imports: [IdentityModule], inject: [Identity], useFactory: (identity) => ... }`. */
export function graphqlModuleFrom<D extends readonly unknown[]>({ imports = [], inject, useFactory }: GraphqlModuleFactory<D>): DynamicModule {
  return GraphQLModule.forRootAsync<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    imports,
    inject: [...inject],
    useFactory: (...injected: unknown[]) => driverConfig(useFactory(...(injected as unknown as D))),
  });
}

function driverConfig(options: GraphqlModuleOptions): MercuriusDriverConfig {
  const { identify, introspection = 'everyone' } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const rules = limitRules(limits);
  const format = createErrorFormatter(options);
  const opening = createSocketOpening({
    opened: (socket, requestId, sender) => boundMessages(socket, { ...sender, limits, present: (error) => format({ errors: [asThrown(error)] }, requestId).response.errors }),
    recognize: recognizer(identify),
  });
  const gate = createRequestGate(identify);
  const persisted = options.persisted ?? NONE_PERSISTED;
  return {
    path: '/graphql',
    jit: 1,
    autoSchemaFile: options.schemaFile ?? true,
    sortSchema: true,
    // That the schema is whole is seen when its text is made and compared, not at every start.
    buildSchemaOptions: { scalarsMap, skipCheck: true },
    transformSchema: (schema: GraphQLSchema) => {
      refuseRecursiveInputs(schema);
      return guardSubscriptions(schema, { ...options, format, costMax: limits.cost });
    },
    graphiql: false,
    allowBatchedQueries: false,
    persistedQueryProvider: persistedQueryProvider(persisted),
    validationRules: rules,
    graphql: { parseOptions: { maxTokens: limits.tokens } },
    errorFormatter: (execution, context) => format(execution, requestIdOf(context)),
    context: (request, reply): GraphqlContext => new HttpContext(identifiedOf(request), request.id, reply.raw),
    additionalRouteOptions: {
      ...(options.bodyLimitBytes !== undefined && { bodyLimit: options.bodyLimitBytes }),
      preParsing: async (request, reply) => {
        if ((request as { ws?: boolean }).ws) opening.expect(request, request.server as unknown as SocketHost);
        else await gate(request, reply.raw);
      },
      preValidation: async ({ headers, body }) => checkKnown(persisted, { headers, document: (body as { query?: unknown } | null | undefined)?.query }),
    },
    subscription: {
      keepAlive: KEEP_ALIVE_MS,
      context: (socket, request) => opening.begin(socket, request),
    },
    hooks: {
      preParsing: async (_schema, source) => checkLength(source, limits),
      preValidation: async (_schema, document) => checkIsText(document),
      preExecution: async (schema, document, context, variables) => {
        checkIsNoSubscription(document);
        if (introspection === 'keys') checkIntrospection(document, context as Partial<GraphqlContext>);
        const filled = fillVariables(schema, document, variables);
        checkDocumentCost(schema, document, { variables: filled ?? variables ?? {}, limit: limits.cost });
        return filled && { variables: filled };
      },
      preSubscriptionExecution: createSubscriptionGate({ identify, format, introspection, rules, persisted }) as unknown as Hooks['preSubscriptionExecution'],
    } satisfies Hooks,
  };
}

function checkLength(source: string, { documentChars }: OperationLimits): void {
  if (source.length > documentChars) throw graphqlErrors.DOCUMENT_TOO_LARGE({ limitChars: documentChars });
}

/** Mercurius reads a document that is no GraphQL text as a syntax tree in JSON; a tree of a stranger's making is not what the rules expect. */
function checkIsText(document: DocumentNode | null): void {
  if (!(document?.loc instanceof Location)) throw graphqlErrors.DOCUMENT_MALFORMED({});
}

/** Those by WebSocket do not come here. Executed like a query one has no events, and answers with a fault. */
function checkIsNoSubscription({ definitions }: DocumentNode): void {
  if (definitions.some((part) => part.kind === Kind.OPERATION_DEFINITION && part.operation === OperationTypeNode.SUBSCRIPTION)) throw graphqlErrors.SUBSCRIPTION_REFUSED({});
}

function requestIdOf(context: object): string {
  return 'requestId' in context ? String(context.requestId) : '';
}
