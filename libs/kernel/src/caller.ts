import { IMPLIED_BY, OPERATOR_SCOPE, type Permission, type Scope } from './permissions.js';

/** In whose name and with which rights a call is made: by an API key, or by a person who acts for an organization. Doors make it, use cases are given it. */
export interface Caller {
  /** The tenant in whose name the call is made. */
  readonly organizationId: string;
  readonly organizationHandle: string;
  /** What is written down as who did it: an API key's id, or `person:<id>`. */
  readonly actorId: string;
  /** A key's scopes, or what a person's role allows. */
  readonly scopes: ReadonlySet<Scope>;
  /** The models that it may call and publish versions of, by id; absent for all. */
  readonly modelIds?: ReadonlySet<string> | undefined;
}

/** Somebody who is signed in, whatever organization they act for. */
export interface SignedInPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly sessionId: string;
}

/** What is known of who sends a request. A person who acts for no organization is no caller; an API key is no person; nobody is neither. */
export interface Identified {
  readonly caller?: Caller | undefined;
  readonly person?: SignedInPerson | undefined;
  /** Unix time in milliseconds at which the key or session that was shown expires, as far as is known now; absent where it does not. */
  readonly goodUntilMs?: number | undefined;
}

/** How a request came, and the answer on its way: for limits, which count addresses and are told in headers. A server's response fits. */
export interface Arrival {
  readonly req: {
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly socket: { readonly remoteAddress?: string | undefined };
  };
  /** Absent where no headers can be sent any more. */
  setHeader?(name: string, value: string): unknown;
}

/** What a request shows of who sends it. */
export interface Credentials {
  /** The `Authorization` header: an API key, or the token of a terminal's session. */
  readonly authorization?: string | undefined;
  /** The `Cookie` header. */
  readonly cookie?: string | undefined;
  /** The handle of the organization that a person acts for; of no meaning to an API key. */
  readonly organization?: string | undefined;
  /** The `Origin` header, by which a cookie that another site had the browser send is told. */
  readonly origin?: string | undefined;
  /** Whether the request can change nothing, so that a browser may send it without an origin. */
  readonly safe?: boolean | undefined;
}

export function isOperator(caller: Caller): boolean {
  return caller.scopes.has(OPERATOR_SCOPE);
}

export function isAllowed(caller: Caller, permission: Permission): boolean {
  if (caller.scopes.has(permission) || isOperator(caller)) return true;
  const implying = IMPLIED_BY[permission];
  return implying !== undefined && caller.scopes.has(implying);
}

/** Whether its key is for this model, too; what it may do there is for its scopes to say. */
export function isForModel({ modelIds }: Caller, modelId: string): boolean {
  return modelIds === undefined || modelIds.has(modelId);
}

const PERSON_PREFIX = 'person:';

/** How a person is written down as the one who did something. */
export function personActorId(personId: string): string {
  return PERSON_PREFIX + personId;
}

/** The person who did something; `undefined` when it was an API key. */
export function personIdOf(actorId: string): string | undefined {
  return actorId.startsWith(PERSON_PREFIX) ? actorId.slice(PERSON_PREFIX.length) : undefined;
}

/** How the platform is written down for what it did by itself. */
export const PLATFORM_ACTOR_ID = 'steelyard';
