import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readHttpError } from '@steelyard/client';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { partsOf, stopReading, writeOut } from '../read-body.js';
import { formatBytes } from '../terminal/table.js';

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;

/** Which calls; the options stand on the group, before or after its sub-command. */
export interface UsageFilterFlags {
  readonly side: 'consumer' | 'provider';
  readonly from?: string;
  readonly to?: string;
  readonly model?: string;
  readonly key?: string;
  readonly tag?: string;
  readonly status?: 'succeeded' | 'failed';
}

interface ExportFlags extends UsageFilterFlags {
  readonly format: (typeof EXPORT_FORMATS)[number];
  readonly out?: string;
}

const REDRAW_MS = 200;

/** Writes the platform's file as it comes: a part at a time, however long it is. A file that breaks off does not get its name. */
export async function exportUsage(context: CommandContext, _flags: object, command: Command): Promise<void> {
  const flags = command.optsWithGlobals<ExportFlags>();
  const { client } = await context.connect();
  const response = await client.request(`/v1/usage.${flags.format}?${queryOf(flags).toString()}`);
  if (!response.ok || response.body === null) throw readHttpError(response, await response.text());
  if (flags.out === undefined) return writeOut(context.io, response.body);
  const path = resolve(context.io.cwd, flags.out);
  const counts = await save(context, response.body, path);
  context.result({ path, ...counts }, () => `${counts.lines} lines, ${formatBytes(counts.bytes)}, are in ${path}`);
}

function queryOf({ side, from, to, model, key, tag, status }: ExportFlags): URLSearchParams {
  return new URLSearchParams(Object.entries({ side, from, to, model, key, tag, status }).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function save({ io, flags }: CommandContext, body: ReadableStream<Uint8Array>, path: string): Promise<{ lines: number; bytes: number }> {
  const draft = `${path}.part`;
  const file = await open(draft, 'w').catch(async (error: Error) => {
    await stopReading(body);
    throw cliErrors.EXPORT_UNWRITABLE({ path: draft, reason: error.message }, error);
  });
  const counts = { lines: 0, bytes: 0 };
  const isShown = io.stderr.isTTY === true && !flags.json;
  let drawnAtMs = 0;
  try {
    for await (const part of partsOf(body)) {
      await file.writeFile(part);
      counts.bytes += part.length;
      for (const byte of part) if (byte === 0x0a) counts.lines += 1;
      if (!isShown || performance.now() - drawnAtMs < REDRAW_MS) continue;
      drawnAtMs = performance.now();
      io.stderr.write(`\r\u001b[2K${counts.lines} lines, ${formatBytes(counts.bytes)}`);
    }
    await file.close();
    await rename(draft, path);
    return counts;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  } finally {
    if (drawnAtMs > 0) io.stderr.write('\r\u001b[2K');
  }
}
