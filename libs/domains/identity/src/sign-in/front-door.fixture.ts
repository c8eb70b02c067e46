import 'reflect-metadata';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Query, Resolver, Subscription } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { newId, type Caller, type Clock, type Role, type SignedInPerson } from '@steelyard/kernel';
import { CONFIG, loadConfig } from '@steelyard/platform-config';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { startDevelopmentIssuer, type DevelopmentIssuer } from '@steelyard/platform-development-issuer';
import { Authenticated, CurrentCaller, CurrentPerson, PersonOnly } from '@steelyard/platform-graphql';
import { graphqlModuleFrom } from '@steelyard/platform-graphql/module';
import { ErrorFilter, HTTP_STATUS, requestIdOptions, toFailure } from '@steelyard/platform-http';
import { LOGGER, silentLogger, type Logger } from '@steelyard/platform-observability';
import { Identity } from '../identity.js';
import { IdentityModule } from '../identity.module.js';
import { FindPeople } from '../people/find-people.js';
import { IdentifyPerson } from '../people/identify-person.js';
import { OpenSession } from '../people/open-session.js';
import { RenewSession } from '../people/renew-session.js';
import { Attempts } from './attempts.js';
import { FrontDoor } from './front-door.js';

@Resolver()
class WhoResolver {
  @Query(() => String)
  @Authenticated()
  actingFor(@CurrentCaller() caller: Caller): string {
    return `${caller.organizationHandle} ${caller.actorId} ${[...caller.scopes].sort().join(' ')}`;
  }

  @Subscription(() => String)
  @PersonOnly()
  async *myName(@CurrentPerson() person: SignedInPerson) {
    yield { myName: person.name };
  }
}

/** What of a browser is needed: it sends its cookies along. */
interface Browser {
  send(address: string, init: RequestInit): Promise<Response>;
}

export interface GraphqlReply {
  // What is asked for is for each spec to say; `any` keeps them readable.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
  readonly codes: readonly string[];
}

/** One server of an installation, with its front door open to a real issuer. */
export interface FrontDoorServer {
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Asks as a browser at the public URL does; `origin: null` leaves the origin out. */
  ask(browser: Browser, query: string, more?: { origin?: string | null; organization?: string }): Promise<GraphqlReply>;
  askWithToken(token: string, query: string, organization?: string): Promise<GraphqlReply>;
  /** From here on the server believes it to be so much later. */
  travel(aheadMs: number): void;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly database: Database;
  readonly dataDir: string;
  /** Shared by the servers of one installation; started for the first. */
  readonly issuer?: DevelopmentIssuer | undefined;
  readonly publicUrl?: string | undefined;
}

/** A server, and the issuer that it was given or that was started for it. */
export async function startFrontDoor({ database, dataDir, issuer: given, publicUrl }: ServerOptions): Promise<{ server: FrontDoorServer; issuer: DevelopmentIssuer }> {
  const app = await createApp(database, dataDir);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  const url = publicUrl ?? `http://localhost:${port}`;
  const issuer = given ?? (await startDevelopmentIssuer({ environment: 'test', publicUrl: new URL(url) }));
  app.get(FrontDoor).open({ publicUrl: new URL(url), issuer: async () => ({ url: issuer.url, name: 'development', portal: issuer.portal, cli: issuer.cli }), development: true });
  return { server: new RunningServer(`http://localhost:${port}`, app), issuer };
}

async function createApp(database: Database, dataDir: string): Promise<NestFastifyApplication> {
  @Global()
  @Module({
    providers: [
      { provide: DATABASE, useValue: database },
      { provide: CONFIG, useValue: loadConfig({ STEELYARD_DATA_DIR: dataDir }) },
      { provide: LOGGER, useValue: silentLogger },
    ],
    exports: [DATABASE, CONFIG, LOGGER],
  })
  class Infrastructure {}

  const graphql = graphqlModuleFrom({
    imports: [IdentityModule],
    inject: [Identity, LOGGER],
    useFactory: (identity: Identity, log: Logger) => ({ identify: (credentials) => identity.identify(credentials), errors: { toFailure, statuses: HTTP_STATUS }, log }),
  });

  @Module({ imports: [Infrastructure, graphql, IdentityModule], providers: [WhoResolver] })
  class App {}

  const adapter = new FastifyAdapter({ ...requestIdOptions });
  const app = await NestFactory.create<NestFastifyApplication>(App, adapter, { logger: false, abortOnError: false });
  app.useGlobalFilters(new ErrorFilter(silentLogger));
  return app;
}

class RunningServer implements FrontDoorServer {
  constructor(
    readonly url: string,
    readonly app: NestFastifyApplication,
  ) {}

  async ask(browser: Browser, query: string, { origin = this.url, organization }: { origin?: string | null; organization?: string } = {}): Promise<GraphqlReply> {
    const headers = { 'content-type': 'application/json', ...(origin !== null && { origin }), ...(organization && { 'steelyard-organization': organization }) };
    return replyOf(await browser.send(`${this.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) }));
  }

  async askWithToken(token: string, query: string, organization?: string): Promise<GraphqlReply> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...(organization && { 'steelyard-organization': organization }) };
    return replyOf(await fetch(`${this.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) }));
  }

  travel(aheadMs: number): void {
    const clock: Clock = { nowMs: () => Date.now() + aheadMs };
    for (const part of [IdentifyPerson, OpenSession, RenewSession, FindPeople, Attempts]) this.app.get<{ clock: Clock }>(part, { strict: false }).clock = clock;
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}

async function replyOf(response: Response): Promise<GraphqlReply> {
  const { data, errors = [] } = (await response.json()) as { data: unknown; errors?: { extensions: { code: string } }[] };
  return { data, codes: errors.map(({ extensions }) => extensions.code) };
}

/** Enters somebody in an organization by address, as an owner of it does; gives the handle. */
export async function enter(database: Database, email: string, role: Role, handle = `org-${newId()}`): Promise<string> {
  await database.withPlatform(async (tx) => {
    const found = await tx.organization.findUnique({ where: { handle } });
    const { id } = found ?? (await tx.organization.create({ data: { id: newId(), handle, name: handle } }));
    await tx.member.create({ data: { tenantId: id, id: newId(), email, role } });
  });
  return handle;
}
