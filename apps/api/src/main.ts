import 'reflect-metadata';
import { AppError } from '@steelyard/kernel';
import { ConfigError, loadConfig } from '@steelyard/platform-config';
import { startServer, type RunningServer } from './server.js';

try {
  const server = await startServer(loadConfig());
  console.log(`Steelyard is listening on ${server.url}`);
  console.log(`Open ${server.publicUrl} in a browser`);
  stopOnSignals(server);
} catch (error) {
  console.error(explain(error));
  // What was opened before the failure may still hold the process.
  process.exit(1);
}

function stopOnSignals(server: RunningServer): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait. 130 is what a shell expects of an interrupted program.
      if (stopping) process.exit(130);
      stopping = true;
      // At once when all is closed: a connection that a client keeps open is no reason to stay.
      server.close().then(
        (left) => process.exit(left.length === 0 ? 0 : 1),
        (error: unknown) => {
          console.error(error);
          // What is left open would hold the process.
          process.exit(1);
        },
      );
    });
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof AppError) return `Steelyard cannot start: ${error.message}${error.fix ? `\n${error.fix}` : ''}`;
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return `Steelyard cannot start: ${(error as Error).message}\nSet STEELYARD_PORT to a free port, or to 0 for any.`;
  return `Steelyard cannot start: ${error instanceof Error ? error.stack : String(error)}`;
}
