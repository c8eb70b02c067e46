import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** A server of ours that is up, as its callers, its operator and its command see it. */
export abstract class PlatformClient {
  abstract readonly url: string;
  abstract readonly operatorKey: string;
  /** What its process has printed, for messages of failed tests. */
  abstract readonly output: string;

  /** @param dataDir where the server keeps its files; commands are run in it. */
  constructor(readonly dataDir: string) {}

  /** As people reach it: where they sign in. */
  get publicUrl(): string {
    return this.url.replace('127.0.0.1', 'localhost');
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
      input: { handle, amount, reason: 'test' },
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
    if (result.code !== 0) throw new Error(`publishing ${dir} failed:\n${result.stdout}${result.stderr}\n${this.output}`);
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
