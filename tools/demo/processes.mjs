/** Child processes of the demo, each started from what the build made. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { root } from '../bootstrap/prepare.mjs';

/** Starts the server and waits until it says where it listens. */
export function startServer({ dataDir, port, accounts }) {
  const env = {
    ...process.env,
    STEELYARD_DATA_DIR: dataDir,
    STEELYARD_PORT: String(port),
    STEELYARD_LOG_LEVEL: 'warn',
    STEELYARD_DEMO: 'true',
    STEELYARD_DEVELOPMENT_ACCOUNTS: accounts.join(','),
    // The demo closes the last month itself, once its history is whole.
    STEELYARD_CLOSE_AFTER_HOURS: '744',
  };
  const child = spawn(process.execPath, [join(root, 'apps/api/bundle/main.mjs')], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const listening = new Promise((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const url = /^Steelyard is listening on (\S+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code} before it listened; its messages are above`)));
  });
  return { child, listening };
}

/** Runs a command of the `steelyard` CLI and gives what it prints with `--json`. */
export async function steelyard(args, env = {}) {
  const { code, stdout, stderr } = await run([join(root, 'sdk/cli/bin/steelyard.mjs'), ...args, '--json'], env);
  if (code !== 0) throw new Error(`steelyard ${args.join(' ')} ended with code ${code}: ${stderr || stdout}`);
  const lines = stdout.trim().split('\n');
  return JSON.parse(lines.length > 1 && lines.at(-1).startsWith('{') ? lines.at(-1) : stdout);
}

/** Runs Node on `args` to its end. `onLine` sees every line of standard output as it comes. */
export function run(args, env = {}, { cwd = root, onLine } = {}) {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  createInterface(child.stdout).on('line', (line) => {
    stdout += `${line}\n`;
    onLine?.(line);
  });
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
