import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { FrontDoor, Identity } from '@steelyard/domain-identity';
import { Metering } from '@steelyard/domain-metering';
import type { Config } from '@steelyard/platform-config';
import { BareRoutes, ErrorFilter, requestIdOptions, sendRequestIds } from '@steelyard/platform-http';
import { AppModule } from './app.module.js';
import { exposeEngine } from './engine-metrics.js';
import { isReady, serveHealth, type ReadinessChecks } from './serving/health.js';
import { openInfrastructure, type Infrastructure } from './infrastructure.js';
import { NestLog } from './nest-log.js';
import { logRoutes } from './serving/log-routes.js';
import { noteActors } from './serving/note-actors.js';
import { openDoors } from './serving/open-doors.js';
import { openFrontDoor } from './serving/open-front-door.js';
import { serveMetrics } from './serving/serve-metrics.js';
import { servePortal } from './portal.js';
import { closeParts, type Part } from './shutdown/close-parts.js';
import { OpenRequests } from './shutdown/open-requests.js';
import { followHooks } from './shutdown/follow-hooks.js';

export interface RunningServer {
  /** Where it listens. */
  readonly url: string;
  /** Where people open it. */
  readonly publicUrl: string;
  /**
   * Takes no new calls, lets running ones end, writes what is pending, stops the runners. Ends within the deadline of the settings
   * and a little more, whatever a part of it does; gives the names of those that did not end well, which the log says more of.
   */
  close(): Promise<readonly string[]>;
}

/** Opens everything, wires the modules and listens. */
export async function startServer(config: Config): Promise<RunningServer> {
  const opened = await openInfrastructure(config);
  const closing = { deadlineMs: config.shutdownMs, log: opened.logger };
  try {
    const app = await createApp(opened);
    const appPart = partOf(app);
    await app.listen({ host: config.host, port: config.port });
    const url = await app.getUrl();
    const closeFrontDoor = openFrontDoor({ door: app.get(FrontDoor), config, port: Number(new URL(url).port || 80), log: opened.logger });
    const parts: Part[] = [{ name: 'the development issuer', close: closeFrontDoor }, appPart, ...opened.parts];
    return { url, publicUrl: app.get(FrontDoor).origin, close: () => closeParts(parts, closing) };
  } catch (error) {
    await closeParts(opened.parts, closing);
    throw error;
  }
}

/** Requests that are being answered, and what the modules have to end. */
function partOf(app: NestFastifyApplication): Part {
  const server = app.getHttpAdapter().getInstance();
  const requests = new OpenRequests(server.server);
  const hooks = followHooks(app);
  server.addHook('preClose', async () => requests.endIdle());
  return { name: 'the application', close: () => app.close(), waitsFor: () => [...hooks(), ...requests.names], letGo: () => requests.endAll() };
}

async function createApp(opened: Infrastructure): Promise<NestFastifyApplication> {
  const { config, logger, metrics, database, dispatch } = opened;
  const bare = new BareRoutes(config);
  // The schemas of routes are no stranger's: to hold them against the schema of schemas costs every start a compilation of that.
  const ajv = { customOptions: { validateSchema: false } };
  const adapter = new FastifyAdapter({ ...requestIdOptions, bodyLimit: config.bodyLimitBytes, serverFactory: bare.createServer, ajv });
  logRoutes(adapter.getInstance(), bare, logger);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(opened), adapter, { logger: new NestLog(logger), abortOnError: false });
  app.useGlobalFilters(new ErrorFilter(logger));
  const server = app.getHttpAdapter().getInstance();
  sendRequestIds(server);
  noteActors(server);
  const metering = app.get(Metering);
  const checks: ReadinessChecks = { database: () => database.pool.query('SELECT 1'), usageLog: () => metering.checkReady(), engine: () => dispatch.status() };
  openDoors(bare, app, { opened, isReady: () => isReady(checks) });
  server.addHook('preClose', (done) => {
    bare.close();
    done();
  });
  await servePortal(server, { https: config.publicUrl?.startsWith('https:') === true, door: app.get(FrontDoor) });
  serveHealth(server, checks);
  const read = exposeEngine(metrics, () => dispatch.status());
  serveMetrics(server, { identity: app.get(Identity), token: config.metricsToken, contentType: metrics.contentType, read, log: logger });
  return app;
}
