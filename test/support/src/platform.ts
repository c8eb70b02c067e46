import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

export interface PlatformOptions {
  /** Where its rows go; without one it starts its own embedded database. */
  readonly databaseUrl?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A server of ours in a process of its own, started from what the build made. */
export class RunningPlatform {
  private constructor(
    readonly dataDir: string,
    private readonly options: PlatformOptions,
  ) {}

  url = '';
  operatorKey = '';
  #child: ChildProcess | undefined;
  #output = '';

  static async start(options: PlatformOptions = {}): Promise<RunningPlatform> {
    const platform = new RunningPlatform(await mkdtemp(join(tmpdir(), 'steelyard-')), options);
    await platform.start();
    return platform;
  }

  /** As people reach it: where they sign in. */
  get publicUrl(): string {
    return this.url.replace('127.0.0.1', 'localhost');
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  /** What the process has printed, for messages of failed tests. */
  get output(): string {
    return this.#output;
  }

  async start(): Promise<void> {
    const env: Record<string, string | undefined> = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      STEELYARD_DATA_DIR: this.dataDir,
      STEELYARD_PORT: '0',
      STEELYARD_LOG_LEVEL: 'warn',
      STEELYARD_MEASURE_MS: process.env['STEELYARD_MEASURE_MS'],
      ...this.options.env,
      ...(this.options.databaseUrl ? { DATABASE_URL: this.options.databaseUrl } : {}),
    };
    const child = spawn(process.execPath, [join(repositoryRoot, 'apps/api/dist/main.js')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.on('data', (chunk) => (this.#output += String(chunk)));
    this.url = await new Promise<string>((listening, failed) => {
      createInterface(child.stdout).on('line', (line) => {
        this.#output += `${line}\n`;
        const url = /^Steelyard is listening on (\S+)/.exec(line)?.[1];
        if (url) listening(url);
      });
      child.once('exit', (code, signal) => failed(new Error(`the server ended (${code ?? signal}) before it listened:\n${this.#output}`)));
    });
    this.operatorKey = (await readFile(join(this.dataDir, 'operator.key'), 'utf8')).trim();
  }

  /** Ends the process at once, as a power cut would, or lets it finish. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((exited) => child.once('exit', exited));
    child.kill(signal);
    await gone;
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Sends a GraphQL operation and gives its data; errors of the answer are thrown as one. */
  async graphql<T = Record<string, any>>(key: string | undefined, query: string, variables: object = {}): Promise<T> {
    const { data, errors } = await this.graphqlRaw<T>(key, query, variables);
    if (errors) throw Object.assign(new Error(errors.map(({ message }) => message).join('; ')), { errors });
    return data;
  }

  async graphqlRaw<T = Record<string, any>>(key: string | undefined, query: string, variables: object = {}): Promise<GraphqlAnswer<T>> {
    const headers = { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) };
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as GraphqlAnswer<T>;
  }

  /** Posts an input to the native route. */
  async predict(key: string, ref: string, input: unknown, headers: Record<string, string> = {}): Promise<PredictAnswer> {
    const response = await fetch(`${this.url}/v1/predict/${ref}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify(input),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** A new organization with credit; gives its key. */
  async openOrganization(handle: string, credit = '0'): Promise<string> {
    const created = await this.graphql(
      this.operatorKey,
      'mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) { secret } }',
      { input: { handle, name: handle, ownerEmail: `owner@${handle}.example` } },
    );
    if (Number(credit) > 0) await this.credit(handle, credit);
    return created.createOrganization.secret as string;
  }

  async credit(handle: string, amount: string): Promise<void> {
    await this.graphql(this.operatorKey, 'mutation ($input: CreditOrganizationInput!) { creditOrganization(input: $input) { availableNano } }', {
      input: { handle, amount, currency: 'usd', reason: 'test' },
    });
  }

  /** Runs a command of the `steelyard` CLI against this platform. */
  async cli(key: string, ...args: string[]): Promise<CliResult> {
    const env = { PATH: process.env['PATH'], HOME: this.dataDir, STEELYARD_URL: this.url, STEELYARD_API_KEY: key };
    return runNode([join(repositoryRoot, 'sdk/cli/bin/steelyard.mjs'), ...args], { env, cwd: this.dataDir });
  }

  /** Publishes a package folder and gives the publication's result; fails the test when it fails. */
  async publish(key: string, dir: string, ...args: string[]): Promise<void> {
    const result = await this.cli(key, 'publish', dir, '--json', ...args);
    if (result.code !== 0) throw new Error(`publishing ${dir} failed:\n${result.stdout}${result.stderr}\n${this.#output}`);
  }

  /** Waits until nothing is held any more, because every use has reached the ledger, and gives the balance. */
  async settledBalance(key: string, withinMs = 5_000): Promise<Balance> {
    const until = Date.now() + withinMs;
    for (;;) {
      const { balance } = await this.graphql<{ balance: Balance }>(key, '{ balance { availableNano heldNano postedNano earnedNano } }');
      if (balance.heldNano === '0' || Date.now() > until) return balance;
      await new Promise((later) => setTimeout(later, 25));
    }
  }
}

export interface GraphqlAnswer<T> {
  readonly data: T;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

export interface PredictAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

export interface Balance {
  readonly availableNano: string;
  readonly heldNano: string;
  readonly postedNano: string;
  readonly earnedNano: string;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runNode(args: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Promise<CliResult> {
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}
