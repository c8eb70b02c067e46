import type { CallState, Client, PredictionInfo, RunOptions } from '@steelyard/client';
import { bigintAsText } from '../../command-context.js';
import type { CommandIo } from '../../command-io.js';
import { ExitCode, reportFailure } from '../../report-failure.js';
import { safeText } from '../../terminal/safe-text.js';

interface StreamedCall {
  readonly ref: string;
  readonly input: Record<string, unknown>;
  readonly options: RunOptions;
}

const SAID: Readonly<Record<CallState, string>> = { queued: 'waiting its turn', loading: 'loading the model', running: 'the model works on it' };

/** Prints text as it comes, other parts as lines of JSON; of a model that gives no parts its whole output. */
export async function streamAsText(io: CommandIo, client: Client, { ref, input, options }: StreamedCall): Promise<PredictionInfo> {
  const status = statusLine(io.stderr);
  const stream = client.stream(ref, input, { ...options, onState: (state) => status.show(SAID[state]) });
  // Text stands in a line that is still open; whatever comes next begins a new one.
  let printed: 'nothing' | 'text' | 'line' = 'nothing';
  try {
    for await (const part of stream) {
      status.clear();
      const { text } = part;
      const isText = typeof text === 'string';
      if (!isText && printed === 'text') io.stdout.write('\n');
      io.stdout.write(safeText(isText ? text : `${JSON.stringify(part)}\n`));
      printed = isText ? 'text' : 'line';
    }
  } finally {
    status.clear();
    if (printed === 'text') io.stdout.write('\n');
  }
  const { output, prediction } = await stream.result;
  if (printed === 'nothing') io.stdout.write(`${safeText(JSON.stringify(output, null, 2))}\n`);
  return prediction;
}

/** Prints `{event, ...}` objects, one a line: `state`, `part`, and `done`; a failure as `{error}`. */
export async function streamAsLines(io: CommandIo, client: Client, { ref, input, options }: StreamedCall): Promise<ExitCode> {
  const line = (event: object) => io.stdout.write(`${JSON.stringify(event, bigintAsText)}\n`);
  try {
    const stream = client.stream(ref, input, { ...options, onState: (state) => line({ event: 'state', state }) });
    for await (const part of stream) line({ event: 'part', part });
    line({ event: 'done', ...(await stream.result) });
    return ExitCode.ok;
  } catch (error) {
    return reportFailure(error, io, { json: 'line' });
  }
}

/** One line that is taken away again; nothing at all where there is no terminal. */
function statusLine(stream: CommandIo['stderr']): { show(text: string): void; clear(): void } {
  let isShown = false;
  const write = (text: string) => stream.isTTY && stream.write(`\r\u001b[2K${text}`);
  return {
    show(text) {
      isShown = true;
      write(`${text} …`);
    },
    clear() {
      if (isShown) write('');
      isShown = false;
    },
  };
}
