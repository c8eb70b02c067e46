import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DeprecationNotice, PredictionInfo } from '@steelyard/client';
import { formatNano } from '@steelyard/kernel';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { CommandIo } from '../command-io.js';
import { cliErrors } from '../errors.js';
import type { ExitCode } from '../report-failure.js';
import type { Run } from './command-action.js';
import { streamAsLines, streamAsText } from './run-stream.js';

interface RunFlags {
  readonly input?: string;
  readonly image?: string;
  readonly deadline?: number;
  readonly idempotencyKey?: string;
  readonly stream?: boolean;
}

export function addRun(program: Command, run: Run): void {
  program
    .command('run')
    .argument('<ref>', 'owner/model, owner/model:channel or owner/model@version')
    .argument('[fields...]', 'input fields: name=value (JSON or else text) or name=@file (its bytes)')
    .option('--input <file>', 'the whole input as JSON; - reads it from stdin')
    .option('--image <file>', 'the same as image=@file')
    .option('--deadline <ms>', 'how long to wait in all', milliseconds)
    .option('--idempotency-key <key>', 'name the call: sent again with the same key it is charged once')
    .option('--stream', 'print the answer as it comes; with --json one line for each event')
    .description('call a model and print its output')
    .addHelpText(
      'after',
      '\nExamples:\n  $ steelyard run acme/digits --image seven.png\n  $ steelyard run acme/patients radius_mean=17.9 texture_mean=10.4\n  $ echo \'{"text":"hello"}\' | steelyard run acme/echo --input -\n  $ steelyard run acme/stories prompt="Once upon a time" --stream',
    )
    .action(run(runModel));
}

async function runModel(context: CommandContext, ref: string, fields: readonly string[], flags: RunFlags): Promise<ExitCode | void> {
  const input = await readInput(context.io, fields, flags);
  const { client } = await context.connect();
  const options = { deadlineMs: flags.deadline, idempotencyKey: flags.idempotencyKey };
  if (flags.stream && context.flags.json) return streamAsLines(context.io, client, { ref, input, options });
  if (flags.stream) {
    const prediction = await streamAsText(context.io, client, { ref, input, options });
    return sayFacts(context, prediction);
  }
  const { output, prediction } = await client.runWithDetails(ref, input, options);
  context.result({ output, prediction }, () => JSON.stringify(output, null, 2));
  sayFacts(context, prediction);
}

function sayFacts(context: CommandContext, prediction: PredictionInfo): void {
  context.note(context.style.dim(summary(prediction)));
  if (prediction.deprecation) context.note(deprecationNote(prediction.model, prediction.deprecation));
}

function deprecationNote(model: string, { sunsetAt, successor }: DeprecationNotice): string {
  const instead = successor === undefined ? '' : `; use ${successor}`;
  return `warning: ${model} is deprecated and answers no more after ${sunsetAt.toISOString()}${instead}`;
}

function summary({ model, costNano, currency, timings, id, replayed }: PredictionInfo): string {
  const parts = [model, `${formatNano(costNano)} ${currency}${replayed ? ' (charged before)' : ''}`, `${timings.roundTripMs.toFixed(0)} ms`];
  if (timings.coldStartMs) parts.push(`cold start ${timings.coldStartMs.toFixed(0)} ms`);
  if (timings.computeMs !== undefined) parts.push(`compute ${timings.computeMs.toFixed(1)} ms`);
  return [...parts, `prediction ${id}`].join('  ');
}

/** `--input` first, then the fields over it. */
export async function readInput(io: CommandIo, fields: readonly string[], flags: Pick<RunFlags, 'input' | 'image'>): Promise<Record<string, unknown>> {
  const input: [string, unknown][] = flags.input === undefined ? [] : Object.entries(await readJsonObject(io, flags.input));
  if (flags.image !== undefined) input.push(['image', await readBytes(io, flags.image)]);
  for (const field of fields) input.push(await readField(io, field));
  return Object.fromEntries(input);
}

async function readField(io: CommandIo, field: string): Promise<[string, unknown]> {
  const at = field.indexOf('=');
  if (at < 1) throw cliErrors.ARGUMENT_INVALID({ argument: `"${field}"`, problem: 'is no field: write name=value or name=@file' });
  const [name, value] = [field.slice(0, at), field.slice(at + 1)];
  return [name, value.startsWith('@') ? await readBytes(io, value.slice(1)) : jsonOrText(value)];
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** @throws AppError `CLI.FILE_UNREADABLE` */
export async function readBytes(io: CommandIo, path: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(io.cwd, path));
  } catch (error) {
    throw cliErrors.FILE_UNREADABLE({ path, reason: (error as Error).message }, error);
  }
}

async function readJsonObject(io: CommandIo, path: string): Promise<object> {
  const text = path === '-' ? await readAll(io) : Buffer.from(await readBytes(io, path)).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw cliErrors.FILE_UNREADABLE({ path: path === '-' ? 'stdin' : path, reason: `it is no JSON: ${(error as Error).message}` }, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw cliErrors.FILE_UNREADABLE({ path, reason: 'it must hold a JSON object of input fields' });
  return value;
}

export async function readAll(io: CommandIo): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError('must be a whole number of milliseconds.');
  return value;
}
