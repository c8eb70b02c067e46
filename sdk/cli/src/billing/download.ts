import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { readHttpError } from '@steelyard/client';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
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

/** Writes what the server has as a file, and never over another. */
export async function downloadFile(context: CommandContext, { path: source, fallbackName, output }: Download): Promise<void> {
  const { client } = await context.connect();
  const response = await client.request(source);
  if (!response.ok || !response.body) throw readHttpError(response, await response.text());
  const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  if (output === '-') {
    for await (const part of body.setEncoding('utf8')) context.io.stdout.write(part as string);
    return;
  }
  const path = output ?? fileNameOf(response) ?? fallbackName;
  const bytes = await save(body, resolve(context.io.cwd, path));
  context.result({ path, bytes }, () => `${path} (${formatBytes(bytes)})`);
}

async function save(body: Readable, path: string): Promise<number> {
  const file = createWriteStream(path, { flags: 'wx' });
  try {
    await pipeline(body, file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Half a document is none, but what was there before stays.
    if (code !== 'EEXIST' && file.bytesWritten > 0) await rm(path, { force: true });
    if (code !== undefined && file.errored === error) throw cliErrors.FILE_UNWRITABLE({ path, reason: code === 'EEXIST' ? 'it is there already' : message }, error);
    throw error;
  }
  return file.bytesWritten;
}

/** The server's name for it, as a name only: never a place elsewhere. */
function fileNameOf(response: Response): string | undefined {
  return /filename="([A-Za-z0-9._-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
}
