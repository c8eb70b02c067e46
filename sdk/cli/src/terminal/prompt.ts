import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { CommandIo } from '../command-io.js';

export interface Question {
  readonly text: string;
  readonly fallback?: string | undefined;
  readonly choices?: readonly string[];
  /** What is typed is not shown. */
  readonly secret?: boolean;
}

/** Asks on a terminal until the answer is one of the choices. An empty answer is the fallback. */
export async function ask(io: CommandIo, question: Question): Promise<string> {
  const { text, fallback, choices, secret = false } = question;
  const hint = choices ? ` (${choices.join(', ')})` : '';
  const preset = fallback === undefined || fallback === '' ? '' : ` [${fallback}]`;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: io.stdin, output: secret ? silent : io.stderr, terminal: true });
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    for (;;) {
      if (secret) io.stderr.write(`${text}${preset}: `);
      const typed = (await lines.question(secret ? '' : `${text}${hint}${preset}: `)).trim();
      if (secret) io.stderr.write('\n');
      const answer = typed === '' ? (fallback ?? '') : typed;
      if (!choices || choices.includes(answer)) return answer;
    }
  } finally {
    lines.close();
  }
}
