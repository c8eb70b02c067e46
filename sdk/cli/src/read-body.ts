import type { CommandIo } from './command-io.js';
import { cliErrors } from './errors.js';

/** A file of the platform's as it comes. @throws AppError `CLI.EXPORT_BROKEN_OFF` */
export async function* partsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  try {
    for await (const part of body) {
      bytes += part.length;
      yield part;
    }
  } catch (error) {
    throw cliErrors.EXPORT_BROKEN_OFF({ bytes }, error);
  }
}

/** Of a body that nobody wants: left open it keeps the process from ending. */
export async function stopReading(body: ReadableStream<Uint8Array>): Promise<void> {
  await body.cancel().catch(() => undefined);
}

/** To the standard output; whoever reads more slowly than the platform sends is waited for. @throws AppError `CLI.EXPORT_BROKEN_OFF` */
export async function writeOut(io: CommandIo, body: AsyncIterable<Uint8Array>): Promise<void> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const part of partsOf(body)) await written(io, text.decode(part, { stream: true }));
}

function written({ stdout }: CommandIo, text: string): Promise<void> | void {
  const stream = stdout as Partial<NodeJS.WritableStream>;
  if (stdout.write(text) === false && stream.once) return new Promise((done) => stream.once!('drain', () => done()));
}
