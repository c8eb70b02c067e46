import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { runCli } from '../src/program.js';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command against a server that stands for the platform. */
export async function runCliAgainst(server: Server, argv: readonly string[]): Promise<CliRun> {
  let [out, err] = ['', ''];
  const stderr = new PassThrough();
  stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const env = { HOME: '/nowhere', STEELYARD_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, STEELYARD_API_KEY: 'key-1' };
  const code = await runCli(argv, { stdin: new PassThrough(), stderr, env, cwd: '/', stdout: { write: (text: string) => (out += text) } });
  return { code, out, err };
}
