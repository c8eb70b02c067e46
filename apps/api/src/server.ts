import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Identity } from '@steelyard/domain-identity';
import { RunPrediction } from '@steelyard/domain-inference';
import type { Config } from '@steelyard/platform-config';
import { ErrorFilter, HTTP_STATUS, requestIdOptions, sendRequestIds, toFailure } from '@steelyard/platform-http';
import { graphqlModule } from '@steelyard/platform-graphql/module';
import { registerNativeDoor } from '@steelyard/protocol-native';
import { AppModule } from './app.module.js';
import { openInfrastructure, type Infrastructure } from './infrastructure.js';
import { NestLog } from './nest-log.js';

export interface RunningServer {
  readonly url: string;
  /** Takes no new calls, lets running ones end, writes what is pending, stops the runners. */
  close(): Promise<void>;
}

/** Opens everything, wires the modules and listens. */
export async function startServer(config: Config): Promise<RunningServer> {
  const opened = await openInfrastructure(config);
  try {
    const app = await createApp(opened);
    await app.listen({ host: config.host, port: config.port });
    const close = async () => {
      await app.close();
      await opened.close();
    };
    return { url: await app.getUrl(), close };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function createApp(opened: Infrastructure): Promise<NestFastifyApplication> {
  const { config, logger, metrics } = opened;
  // The GraphQL module is configured before there is an Identity to ask.
  const late: { identity?: Identity } = {};
  const graphql = graphqlModule({
    authenticate: (authorization) => late.identity!.authenticate(authorization),
    errors: { toFailure, statuses: HTTP_STATUS },
    introspection: config.introspection,
    log: logger,
    bodyLimitBytes: config.bodyLimitBytes,
  });
  const adapter = new FastifyAdapter({ ...requestIdOptions, bodyLimit: config.bodyLimitBytes });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(opened, graphql), adapter, { logger: new NestLog(logger), abortOnError: false });
  const identity = app.get(Identity);
  late.identity = identity;
  app.useGlobalFilters(new ErrorFilter(logger));
  const server = app.getHttpAdapter().getInstance();
  sendRequestIds(server);
  await registerNativeDoor(server, { identity, runPrediction: app.get(RunPrediction), logger, bodyLimitBytes: config.bodyLimitBytes });
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  return app;
}
