import type { Readable } from 'node:stream';

/** What a command has of the outside. */
export interface CommandIo {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  /** The result, and nothing else. */
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean | undefined };
  /** Progress, hints and failures. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
