import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { FrontDoor, Identity } from '@steelyard/domain-identity';
import { RunPrediction } from '@steelyard/domain-inference';
import { Metering } from '@steelyard/domain-metering';
import type { Config } from '@steelyard/platform-config';
import { ErrorFilter, requestIdOptions, sendRequestIds } from '@steelyard/platform-http';
import { registerNativeDoor } from '@steelyard/protocol-native';
import { AppModule } from './app.module.js';
import { exposeEngine } from './engine-metrics.js';
import { serveHealth } from './health.js';
import { openInfrastructure, type Infrastructure } from './infrastructure.js';
import { NestLog } from './nest-log.js';
import { openFrontDoor } from './open-front-door.js';
import { servePortal } from './portal.js';

export interface RunningServer {
  /** Where it listens. */
  readonly url: string;
  /** Where people open it. */
  readonly publicUrl: string;
  /** Takes no new calls, lets running ones end, writes what is pending, stops the runners. */
  close(): Promise<void>;
}

/** Opens everything, wires the modules and listens. */
export async function startServer(config: Config): Promise<RunningServer> {
  const opened = await openInfrastructure(config);
  try {
    const app = await createApp(opened);
    await app.listen({ host: config.host, port: config.port });
    const url = await app.getUrl();
    const closeFrontDoor = openFrontDoor({ door: app.get(FrontDoor), config, port: Number(new URL(url).port || 80), log: opened.logger });
    const close = async () => {
      await closeFrontDoor();
      await app.close();
      await opened.close();
    };
    return { url, publicUrl: app.get(FrontDoor).origin, close };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function createApp(opened: Infrastructure): Promise<NestFastifyApplication> {
  const { config, logger, metrics, tracing, database, dispatch } = opened;
  // The schemas of routes are no stranger's: to hold them against the schema of schemas costs every start a compilation of that.
  const ajv = { customOptions: { validateSchema: false } };
  const adapter = new FastifyAdapter({ ...requestIdOptions, bodyLimit: config.bodyLimitBytes, ajv });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(opened), adapter, { logger: new NestLog(logger), abortOnError: false });
  app.useGlobalFilters(new ErrorFilter(logger));
  const server = app.getHttpAdapter().getInstance();
  sendRequestIds(server);
  await registerNativeDoor(server, {
    identity: app.get(Identity),
    runPrediction: app.get(RunPrediction),
    logger,
    tracing,
    bodyLimitBytes: config.bodyLimitBytes,
  });
  await servePortal(server, { https: config.publicUrl?.startsWith('https:') === true, door: app.get(FrontDoor) });
  const metering = app.get(Metering);
  serveHealth(server, { database: () => database.pool.query('SELECT 1'), usageLog: () => metering.checkReady(), engine: () => dispatch.status() });
  const readMetrics = exposeEngine(metrics, () => dispatch.status());
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await readMetrics()));
  return app;
}
