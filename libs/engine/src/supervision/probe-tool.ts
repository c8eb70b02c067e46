import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { engineErrors } from '../errors.js';
import { handFilter } from './sandbox.js';

export interface ProbeToolOptions {
  readonly filter?: Buffer | undefined;
  readonly timeoutMs?: number | undefined;
}

/** What the machine lacked at that moment says nothing of the tool. */
const SHORTAGES = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ETXTBSY']);
/** The same in the words of a tool, whose environment names no language. */
const SHORTAGE_WORDS = /Resource temporarily unavailable|Cannot allocate memory|Too many open files/;
/** A sandbox passes on that its process was killed. */
const KILLED_CODE = 128 + 9;

/**
 * Runs a command behind an installed tool.
 * @returns why the tool does not work here, in a line; undefined when it does.
 * @throws AppError `ENGINE.PROTECTION_UNTRIED` when there was no answer: it took too long, was killed, or the machine lacked something.
 */
export async function probeTool(tool: string, [file, ...args]: readonly string[], { filter, timeoutMs = 10_000 }: ProbeToolOptions = {}): Promise<string | undefined> {
  let stderr = '';
  const ending = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    const child = spawn(file!, args, { env: {}, cwd: '/', stdio: ['ignore', 'ignore', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal }));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    handFilter(child, filter);
  });
  const { reason, isClear } = await ending.then(
    ({ code, signal }) => ({
      reason: code === 0 ? undefined : firstLine({ stderr, message: `it ended with ${signal ?? `code ${code}`}` }),
      isClear: signal !== 'SIGKILL' && code !== KILLED_CODE && !(code !== 0 && SHORTAGE_WORDS.test(stderr)),
    }),
    (error: NodeJS.ErrnoException) => ({ reason: error.message, isClear: !SHORTAGES.has(error.code ?? '') }),
  );
  if (reason !== undefined && !isClear) throw engineErrors.PROTECTION_UNTRIED({ tool: basename(tool), reason });
  return reason;
}

export function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr || message || String(error)).trim().split('\n', 1)[0]!;
}
