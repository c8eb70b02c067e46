import { type FileHandle, open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readHttpError } from '@steelyard/client';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { partsOf, stopReading, writeOut } from '../read-body.js';
import { formatBytes } from '../terminal/table.js';

/** Writes the file of a document, and never over another. */
export async function download(context: CommandContext, id: string, { output }: { readonly output?: string }): Promise<void> {
  await downloadFile(context, { path: `/v1/documents/${encodeURIComponent(id)}`, fallbackName: `${id}.jsonl`, output });
}

export interface Download {
  /** On the server. */
  readonly path: string;
  /** Where the server names none. */
  readonly fallbackName: string;
  /** `-` for the standard output. */
  readonly output: string | undefined;
}

/** Writes what the server has as a file, and never over another. @throws AppError `CLI.FILE_UNWRITABLE` | `CLI.EXPORT_BROKEN_OFF` */
export async function downloadFile(context: CommandContext, { path: source, fallbackName, output }: Download): Promise<void> {
  const { client } = await context.connect();
  const response = await client.request(source);
  if (!response.ok || !response.body) throw readHttpError(response, await response.text());
  if (output === '-') return writeOut(context.io, response.body);
  const path = output ?? fileNameOf(response) ?? fallbackName;
  const bytes = await save(response.body, resolve(context.io.cwd, path));
  context.result({ path, bytes }, () => `${path} (${formatBytes(bytes)})`);
}

async function save(body: ReadableStream<Uint8Array>, path: string): Promise<number> {
  const file = await open(path, 'wx').catch(async (error: unknown) => {
    await stopReading(body);
    throw unwritable(path, error);
  });
  try {
    let bytes = 0;
    for await (const part of partsOf(body)) {
      await write(file, part, path);
      bytes += part.length;
    }
    await file.close();
    return bytes;
  } catch (error) {
    await file.close().catch(() => undefined);
    // Half a document is none, and what is left of it would stand in the way of the next try.
    await rm(path, { force: true });
    throw error;
  }
}

/** @throws AppError `CLI.FILE_UNWRITABLE` */
async function write(file: FileHandle, part: Uint8Array, path: string): Promise<void> {
  try {
    await file.writeFile(part);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  return cliErrors.FILE_UNWRITABLE({ path, reason: code === 'EEXIST' ? 'it is there already' : message }, error);
}

/** The server's name for it, as a name only: never a place elsewhere. */
function fileNameOf(response: Response): string | undefined {
  return /filename="([A-Za-z0-9._-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
}
