import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PlatformClient, repositoryRoot } from './platform-client.js';

export * from './platform-client.js';

export interface PlatformOptions {
  /** Where its rows go; without one it starts its own embedded database. */
  readonly databaseUrl?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Where the server is started; its packages are found from there. */
  readonly cwd?: string | undefined;
  /** A command, with arguments, that starts another in its own place. */
  readonly launcher?: readonly string[] | undefined;
}

export const serverEntry = join(repositoryRoot, 'apps/api/bundle/main.mjs');

/** What a server of the suites is given of the environment. */
export function serverEnvironment(dataDir: string, { databaseUrl, env }: PlatformOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    STEELYARD_DATA_DIR: dataDir,
    STEELYARD_PORT: '0',
    STEELYARD_LOG_LEVEL: 'warn',
    STEELYARD_MEASURE_MS: process.env['STEELYARD_MEASURE_MS'],
    ...env,
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
  };
}

/** Where a server listens, by what it has printed. */
export const listeningUrl = (output: string): string | undefined => /^Steelyard is listening on (\S+)$/m.exec(output)?.[1];

export const readOperatorKey = async (dataDir: string): Promise<string> => (await readFile(join(dataDir, 'operator.key'), 'utf8')).trim();

/** A server of ours in a process of its own, started from what the build made. */
export class RunningPlatform extends PlatformClient {
  private constructor(
    dataDir: string,
    private readonly options: PlatformOptions,
  ) {
    super(dataDir);
  }

  url = '';
  operatorKey = '';
  #child: ChildProcess | undefined;
  #output = '';

  static async start(options: PlatformOptions = {}): Promise<RunningPlatform> {
    const platform = new RunningPlatform(await mkdtemp(join(tmpdir(), 'steelyard-')), options);
    await platform.start();
    return platform;
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  get output(): string {
    return this.#output;
  }

  async start(): Promise<void> {
    const env = serverEnvironment(this.dataDir, this.options);
    const [command, ...args] = [...(this.options.launcher ?? []), process.execPath, serverEntry];
    const child = spawn(command, args, { env, cwd: this.options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.on('data', (chunk) => (this.#output += String(chunk)));
    this.url = await new Promise<string>((listening, failed) => {
      createInterface(child.stdout).on('line', (line) => {
        this.#output += `${line}\n`;
        const url = listeningUrl(line);
        if (url) listening(url);
      });
      child.once('exit', (code, signal) => failed(new Error(`the server ended (${code ?? signal}) before it listened:\n${this.#output}`)));
    });
    this.operatorKey = await readOperatorKey(this.dataDir);
  }

  get hasEnded(): boolean {
    return this.#child !== undefined && (this.#child.exitCode !== null || this.#child.signalCode !== null);
  }

  /** Waits until the process has ended by itself. */
  async gone(withinMs: number): Promise<void> {
    const child = this.#child!;
    if (this.hasEnded) return;
    await once(child, 'exit', { signal: AbortSignal.timeout(withinMs) });
  }

  /** Ends the process at once, as a power cut would, or lets it finish. Gives its exit code, where it has one. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const gone = new Promise((exited) => child.once('exit', exited));
    child.kill(signal);
    await gone;
    return child.exitCode;
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
