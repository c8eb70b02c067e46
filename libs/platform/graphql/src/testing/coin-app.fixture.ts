import 'reflect-metadata';
import { expect } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Args, Context, createUnionType, Field, ID, InputType, Int, Mutation, ObjectType, Query, registerEnumType, Resolver, Subscription } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError, newId, PERMISSIONS, type Caller, type Credentials, type Identified } from '@steelyard/kernel';
import { bearerToken, ErrorFilter, HTTP_STATUS, requestIdOptions, sendRequestIds, toFailure } from '@steelyard/platform-http';
import { CurrentCaller } from '../access.js';
import type { GraphqlContext } from '../context.js';
import { graphqlModule, type GraphqlModuleOptions } from '../graphql.module.js';
import { DateTimeScalar, JsonScalar, NanoScalar } from '../scalars.js';

@ObjectType()
class Coin {
  @Field(() => ID)
  id!: string;

  @Field(() => NanoScalar)
  amountNano!: bigint;

  @Field()
  mintedAt!: Date;

  @Field(() => String)
  fragile!: string;
}

enum Side {
  CONSUMER = 'consumer',
  PROVIDER = 'provider',
}

registerEnumType(Side, { name: 'Side' });

@InputType()
class Inner {
  @Field(() => Int, { defaultValue: 3 })
  size!: number;
}

@InputType()
class Wish {
  @Field(() => String)
  name!: string;

  @Field(() => Boolean, { defaultValue: false })
  loud!: boolean;

  @Field(() => Side, { defaultValue: Side.CONSUMER })
  side!: Side;

  @Field(() => NanoScalar, { defaultValue: 5n })
  nano!: bigint;

  @Field(() => [Inner], { nullable: true })
  inner?: Inner[];
}

@ObjectType()
class Refusal {
  @Field(() => String)
  message!: string;
}

const Outcome = createUnionType({
  name: 'Outcome',
  types: () => [Coin, Refusal] as const,
  resolveType: (value: Coin | Refusal) => (value instanceof Refusal ? Refusal : Coin),
});

const coin = () => Object.assign(new Coin(), { id: '1', amountNano: 12345678901234567890n, mintedAt: new Date(0), fragile: 'whole' });

@Resolver()
export class CoinResolver {
  mutations = 0;

  @Query(() => Coin)
  coin(): Coin {
    return coin();
  }

  @Query(() => String, { nullable: true })
  whoami(@CurrentCaller() caller: Caller | undefined): string | null {
    return caller?.organizationHandle ?? null;
  }

  @Query(() => JsonScalar)
  echo(@Args('json', { type: () => JsonScalar }) json: unknown, @Args('at', { type: () => DateTimeScalar, nullable: true }) at?: Date): unknown {
    return { json, at: at?.getTime() };
  }

  @Query(() => String)
  wish(@Args('wish') wish: Wish, @Args('times', { type: () => Int, defaultValue: 2 }) times: number, @Args('side', { type: () => Side, defaultValue: Side.PROVIDER }) side: Side): string {
    return JSON.stringify({ ...wish, nano: wish.nano.toString(), times, side });
  }

  @Query(() => Outcome)
  outcome(@Args('refuse', { type: () => Boolean }) refuse: boolean): Coin | Refusal {
    return refuse ? Object.assign(new Refusal(), { message: 'no' }) : coin();
  }

  @Query(() => String, { nullable: true })
  failure(): string {
    throw new AppError('COIN.SPENT', 'The coin is spent', { kind: 'conflict', fix: 'use another', details: { id: '1' } });
  }

  @Query(() => String, { nullable: true })
  async fault(): Promise<string> {
    throw new TypeError('connect ECONNREFUSED postgres://root:hunter2@db');
  }

  @Query(() => Coin)
  broken(): Coin {
    return Object.assign(coin(), { fragile: null });
  }

  @Query(() => Boolean)
  async slow(@Context() context: GraphqlContext): Promise<boolean> {
    return context.signal?.aborted ?? true;
  }

  @Mutation(() => Number)
  spend(): number {
    return ++this.mutations;
  }

  @Subscription(() => Number, { resolve: (value: number) => value })
  async *count(@CurrentCaller() caller: Caller | undefined, @Args('to', { type: () => Number }) to: number): AsyncGenerator<number> {
    if (!caller) throw new AppError('IDENTITY.UNAUTHENTICATED', 'Who are you?', { kind: 'unauthenticated' });
    for (let value = 1; value <= to; value++) yield value;
    if (to === 2) throw new TypeError('hunter2');
  }

  @Subscription(() => Coin, { resolve: (value: Coin) => value })
  async *coins(): AsyncGenerator<Coin> {
    yield coin();
  }

  @Subscription(() => Number, { resolve: (value: number) => value })
  async *forever(@Context() context: GraphqlContext): AsyncGenerator<number> {
    running.add(context.signal!);
    yield 0;
    await new Promise((resolve) => context.signal!.addEventListener('abort', resolve));
    running.delete(context.signal!);
  }
}

/** Signals of the subscriptions that do not end by themselves. */
export const running = new Set<AbortSignal>();
/** What was logged of faults. */
export const faults: object[] = [];
const log = { error: (fields: object) => void faults.push(fields) };

/** `error` is set where nobody can be looked up, or the good key has been revoked; `now` where it is another caller's, or nobody's. */
export const trouble: { error?: AppError | undefined; now?: Identified | undefined } = {};
/** Whom to tell that something has become of the good key. */
export const watching = new Set<() => void>();

const watchKey = (keyId: string, changed: () => void) => {
  expect(keyId).toBe('k');
  watching.add(changed);
  return () => watching.delete(changed);
};

/** Whom the good key leads to. */
export const goodCaller: Caller = { organizationId: newId(), organizationHandle: 'acme', actorId: 'k', scopes: new Set(PERMISSIONS) };

async function identify({ authorization }: Credentials): Promise<Identified> {
  const key = bearerToken(authorization);
  if (key === undefined) return {};
  if (trouble.error) throw trouble.error;
  if (key !== 'good') throw new AppError('IDENTITY.KEY_UNKNOWN', 'No such key', { kind: 'unauthenticated' });
  return trouble.now ?? { caller: goodCaller };
}

export async function startCoinApp(options: Partial<GraphqlModuleOptions> = {}): Promise<NestFastifyApplication> {
  const graphql = graphqlModule({ identify, watchKey, errors: { toFailure, statuses: HTTP_STATUS }, log, ...options });
  @Module({ imports: [graphql], providers: [CoinResolver] })
  class App {}
  const adapter = new FastifyAdapter({ ...requestIdOptions });
  sendRequestIds(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(App, adapter, { logger: false });
  app.useGlobalFilters(new ErrorFilter(log));
  await app.init();
  await adapter.getInstance().ready();
  return app;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: { data?: Record<string, unknown> | null; errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[] };
}

export async function post(to: NestFastifyApplication, payload: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const response = await to.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', ...headers }, payload: body });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

/** The same request four times: compiled queries begin with the second. All answers must be alike but for the request id. */
export async function ask(to: NestFastifyApplication, payload: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const answers: Answer[] = [];
  for (let round = 0; round < 4; round++) answers.push(await post(to, payload, { 'x-request-id': 'request-1', ...headers }));
  for (const answer of answers) expect({ status: answer.status, body: answer.body }).toEqual({ status: answers[0]!.status, body: answers[0]!.body });
  return answers[0]!;
}
