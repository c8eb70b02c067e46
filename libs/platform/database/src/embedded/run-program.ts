import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { databaseErrors } from '../errors.js';
import type { Binaries } from './binaries.js';
import { commandAs, spawnIdentity, type ProcessUser } from './process-user.js';

export interface ProgramRun {
  readonly binaries: Binaries;
  readonly user: ProcessUser;
  readonly name: 'initdb' | 'pg_ctl' | 'postgres';
  readonly args: readonly string[];
  /** For the error message: "could not ...". */
  readonly what: string;
}

/** The programs need no variables of ours; messages in English are what the code and its readers know. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Runs a program of the server to its end and gives what it printed.
 * @throws AppError DATABASE.START_FAILED with its output when it fails.
 */
export async function runProgram(run: ProgramRun): Promise<string> {
  const { file, args } = commandAs(run.user, join(run.binaries.root, 'bin', run.name), run.args);
  const child = spawn(file, args, { cwd: '/', env: programEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], ...spawnIdentity(run.user) });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const ended = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  const text = Buffer.concat(output).toString('utf8').trim();
  if (ended === undefined) return text;
  throw databaseErrors.START_FAILED({ what: run.what, output: `${text}\n${run.name} ${ended}`.trim() });
}
