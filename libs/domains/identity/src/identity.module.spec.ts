import 'reflect-metadata';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Get, Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Query, Resolver } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PERMISSIONS, PLATFORM_ORGANIZATION_ID, type Caller } from '@steelyard/kernel';
import { CONFIG, loadConfig } from '@steelyard/platform-config';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { Access, Authenticated, CurrentCaller, OperatorOnly, Public } from '@steelyard/platform-graphql';
import { graphqlModuleFrom } from '@steelyard/platform-graphql/module';
import { ErrorFilter, HTTP_STATUS, requestIdOptions, toFailure } from '@steelyard/platform-http';
import { LOGGER, silentLogger, type Logger } from '@steelyard/platform-observability';
import { describeDatabase } from '@steelyard/test-support';
import { Identity } from './identity.js';
import { IdentityModule } from './identity.module.js';

@Resolver()
class DoorsResolver {
  @Query(() => String)
  undeclared(): string {
    return 'open';
  }

  @Query(() => String)
  @Public()
  everyone(): string {
    return 'open';
  }
}

@Controller('doors')
@OperatorOnly()
class DoorsController {
  @Get('operators')
  operators(@CurrentCaller() caller: Caller): string {
    return caller.actorId;
  }

  @Get('anybody')
  @Public()
  anybody(@CurrentCaller() caller: Caller | undefined): string {
    return caller?.organizationHandle ?? 'nobody';
  }

  @Get('keys')
  @Authenticated()
  keys(@CurrentCaller() caller: Caller): string {
    return caller.organizationHandle;
  }

  @Get('publishers')
  @Access('models:publish')
  publishers(): string {
    return 'open';
  }
}

@Controller('undeclared')
class UndeclaredController {
  @Get()
  undeclared(): string {
    return 'open';
  }
}

interface Server {
  readonly app: NestFastifyApplication;
  readonly operatorKey: string;
}

async function start(database: Database, dataDir: string, env: Record<string, string> = {}): Promise<Server> {
  @Global()
  @Module({
    providers: [
      { provide: DATABASE, useValue: database },
      { provide: CONFIG, useValue: loadConfig({ STEELYARD_DATA_DIR: dataDir, ...env }) },
      { provide: LOGGER, useValue: silentLogger },
    ],
    exports: [DATABASE, CONFIG, LOGGER],
  })
  class Infrastructure {}

  const graphql = graphqlModuleFrom({
    imports: [IdentityModule],
    inject: [Identity, LOGGER],
    useFactory: (identity: Identity, log: Logger) => ({
      identify: (credentials) => identity.identify(credentials),
      errors: { toFailure, statuses: HTTP_STATUS },
      log,
    }),
  });

  @Module({ imports: [Infrastructure, graphql, IdentityModule], providers: [DoorsResolver], controllers: [DoorsController, UndeclaredController] })
  class App {}

  const adapter = new FastifyAdapter({ ...requestIdOptions });
  const app = await NestFactory.create<NestFastifyApplication>(App, adapter, { logger: false, abortOnError: false });
  app.useGlobalFilters(new ErrorFilter(silentLogger));
  await app.init();
  await adapter.getInstance().ready();
  return { app, operatorKey: (await readFile(join(dataDir, 'operator.key'), 'utf8')).trim() };
}

interface Answer {
  readonly data?: Record<string, unknown>;
  readonly errors?: { readonly message: string; readonly extensions: { readonly code: string; readonly fix?: string } }[];
}

describeDatabase('the identity module', (context) => {
  let dataDir: string;
  let server: Server;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'steelyard-identity-'));
    server = await start(context.database(), dataDir);
  });

  afterAll(async () => {
    await server.app.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function ask(key: string | undefined, query: string, variables: object = {}): Promise<Answer> {
    const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
    const response = await server.app.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } });
    return response.json();
  }

  /** Reads are asked four times, since compiled queries begin with the second. */
  async function read(key: string | undefined, query: string, variables: object = {}): Promise<Answer> {
    const answers: Answer[] = [];
    for (let round = 0; round < 4; round += 1) answers.push(await ask(key, query, variables));
    for (const answer of answers) expect(withoutRequestIds(answer)).toEqual(withoutRequestIds(answers[0]!));
    return answers[0]!;
  }

  const madeKey = (answer: Answer) => answer.data!['createApiKey'] as { apiKey: { id: string }; secret: string };
  const codes = (answer: Answer) => answer.errors?.map(({ extensions }) => extensions.code);

  const CREATE = `mutation ($input: CreateOrganizationInput!) {
    createOrganization(input: $input) { organization { id handle name createdAt members { email role } } apiKey { id name scopes revokedAt } secret }
  }`;

  async function openOrganization(handle: string) {
    const { data, errors } = await ask(server.operatorKey, CREATE, { input: { handle, name: 'Acme Ltd', ownerEmail: 'jo@acme.example' } });
    if (!data) throw new Error(JSON.stringify(errors));
    return data['createOrganization'] as { organization: Record<string, unknown>; apiKey: { id: string; scopes: string[] }; secret: string };
  }

  it('writes the operator’s key and the pepper for their owner’s eyes only', async () => {
    for (const file of ['operator.key', 'pepper.key']) expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
    const { data } = await read(server.operatorKey, '{ viewer { organization { id handle } scopes } }');
    expect(data).toEqual({ viewer: { organization: { id: PLATFORM_ORGANIZATION_ID, handle: 'platform' }, scopes: ['operator:*'] } });
  });

  it('opens organizations for the operator alone', async () => {
    const opened = await openOrganization('acme');
    expect(opened).toMatchObject({
      organization: { handle: 'acme', name: 'Acme Ltd', members: [{ email: 'jo@acme.example', role: 'OWNER' }] },
      apiKey: { name: 'first key', revokedAt: null },
    });
    expect(opened.apiKey.scopes.sort()).toEqual([...PERMISSIONS].sort());
    const input = { handle: 'other', name: 'x', ownerEmail: 'a@b.de' };
    expect(codes(await ask(opened.secret, CREATE, { input }))).toEqual(['IDENTITY.FORBIDDEN']);
    expect(codes(await ask(undefined, CREATE, { input }))).toEqual(['IDENTITY.SIGN_IN_NEEDED']);
    expect(codes(await ask(server.operatorKey, CREATE, { input: { ...input, handle: 'acme' } }))).toEqual(['IDENTITY.HANDLE_TAKEN']);
  });

  it('shows each key its organization, and its members to keys that may read them', async () => {
    const { secret } = await openOrganization('reader');
    await openOrganization('stranger');
    const query = 'query ($handle: String!) { organization(handle: $handle) { handle members { role } } }';
    expect((await read(secret, query, { handle: 'reader' })).data).toEqual({ organization: { handle: 'reader', members: [{ role: 'OWNER' }] } });
    expect(await read(secret, query, { handle: 'stranger' })).toEqual({ data: { organization: null } });
    expect(await read(secret, query, { handle: 'nowhere' })).toEqual({ data: { organization: null } });
    const { secret: predictor } = madeKey(await ask(secret, 'mutation { createApiKey(input: {name: "p", scopes: ["predict"]}) { secret } }'));
    expect((await read(predictor, '{ viewer { organization { handle } scopes } }')).data).toEqual({ viewer: { organization: { handle: 'reader' }, scopes: ['predict'] } });
    expect(codes(await read(predictor, '{ viewer { organization { members { email } } } }'))).toEqual(['IDENTITY.FORBIDDEN']);
    expect(codes(await read(predictor, query, { handle: 'reader' }))).toEqual(['IDENTITY.FORBIDDEN']);
  });

  it('makes, lists and revokes keys', async () => {
    const { secret } = await openOrganization('keyring');
    const made = await ask(secret, 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id name scopes expiresAt } secret } }', {
      input: { name: ' ci ', scopes: ['predict', 'models:read'], expiresAt: '2999-01-01T00:00:00+01:00' },
    });
    const { apiKey, secret: ci } = madeKey(made);
    expect(apiKey).toMatchObject({ name: 'ci', scopes: ['predict', 'models:read'], expiresAt: '2998-12-31T23:00:00.000Z' });
    expect((await read(secret, '{ apiKeys { id revokedAt } }')).data!['apiKeys']).toEqual(expect.arrayContaining([{ id: apiKey.id, revokedAt: null }]));
    expect(codes(await read(ci, '{ apiKeys { id } }'))).toEqual(['IDENTITY.FORBIDDEN']);
    const revoked = await ask(secret, 'mutation ($id: ID!) { revokeApiKey(id: $id) { id revokedAt } }', { id: apiKey.id });
    expect(revoked.data!['revokeApiKey']).toEqual({ id: apiKey.id, revokedAt: expect.stringMatching(/Z$/) });
    const refused = await server.app.inject({ method: 'POST', url: '/graphql', headers: { authorization: `Bearer ${ci}`, 'content-type': 'application/json' }, payload: { query: '{ viewer { keyId } }' } });
    expect([refused.statusCode, codes(refused.json<Answer>())]).toEqual([401, ['IDENTITY.KEY_REVOKED']]);
  });

  it('refuses every handler that does not say who may call it, the operator’s key or not', async () => {
    for (const key of [undefined, server.operatorKey]) {
      expect(codes(await read(key, '{ undeclared }'))).toEqual(['IDENTITY.ACCESS_UNDECLARED']);
      const headers = key ? { authorization: `Bearer ${key}` } : {};
      expect((await server.app.inject({ url: '/undeclared', headers })).statusCode).toBe(500);
    }
    expect((await read(undefined, '{ everyone }')).data).toEqual({ everyone: 'open' });
  });

  it('holds routes to what they declare', async () => {
    const { secret } = await openOrganization('routes');
    const { secret: modest } = madeKey(await ask(secret, 'mutation { createApiKey(input: {name: "m", scopes: ["predict"]}) { secret } }'));
    const statusOf = async (path: string, key?: string) => {
      const { statusCode } = await server.app.inject({ url: `/doors/${path}`, headers: key ? { authorization: `Bearer ${key}` } : {} });
      return statusCode;
    };
    const table: Record<string, number[]> = { anybody: [200, 200, 200, 200], keys: [401, 200, 200, 200], publishers: [401, 403, 200, 200], operators: [401, 403, 403, 200] };
    for (const [path, expected] of Object.entries(table)) {
      const statuses = [await statusOf(path), await statusOf(path, modest), await statusOf(path, secret), await statusOf(path, server.operatorKey)];
      expect({ path, statuses }).toEqual({ path, statuses: expected });
    }
    const wrong = await server.app.inject({ url: '/doors/anybody', headers: { authorization: 'Bearer sy_live_oops' } });
    expect([wrong.statusCode, wrong.json<{ error: object }>().error]).toEqual([401, expect.objectContaining({ code: 'IDENTITY.KEY_MALFORMED', requestId: expect.any(String) })]);
    expect(wrong.headers['www-authenticate']).toBe('Bearer');
    expect((await server.app.inject({ url: '/doors/anybody', headers: { authorization: `Bearer ${secret}` } })).body).toBe('routes');
  });

  it('keeps its keys over a restart, and makes the operator’s anew when it is lost or revoked', async () => {
    const place = await context.another();
    const folder = await mkdtemp(join(tmpdir(), 'steelyard-identity-'));
    const restart = async (change?: (before: Server) => Promise<void>): Promise<string> => {
      const before = await start(place.database, folder);
      await change?.(before);
      await before.app.close();
      return before.operatorKey;
    };
    const first = await restart();
    expect(await restart(async ({ app }) => void (await app.get(Identity).authenticateKey(first)))).toBe(first);
    await rm(join(folder, 'operator.key'));
    const second = await restart();
    expect(second).not.toBe(first);
    await place.database.pool.query('UPDATE api_key SET revoked_at = now() WHERE id = $1', [second.slice(8, 21)]);
    const third = await restart();
    expect([first, second]).not.toContain(third);
    await writeFile(join(folder, 'operator.key'), 'scribble');
    expect([first, second, third]).not.toContain(await restart());
    await rm(folder, { recursive: true });
  });

  it('does not start without the pepper of keys that exist, rather than refuse all of them', async () => {
    const stranger = await mkdtemp(join(tmpdir(), 'steelyard-identity-'));
    await expect(start(context.database(), stranger)).rejects.toMatchObject({ code: 'IDENTITY.PEPPER_MISSING', kind: 'not-configured' });
    const pepper = (await readFile(join(dataDir, 'pepper.key'), 'utf8')).trim();
    const second = await start(context.database(), stranger, { STEELYARD_KEY_PEPPER: pepper });
    expect(await second.app.get(Identity).authenticateKey(server.operatorKey)).toMatchObject({ organizationId: PLATFORM_ORGANIZATION_ID });
    await second.app.close();
    await rm(stranger, { recursive: true });
  });
});

function withoutRequestIds(answer: Answer): unknown {
  return JSON.parse(JSON.stringify(answer, (name, value: unknown) => (name === 'requestId' ? undefined : value)));
}
