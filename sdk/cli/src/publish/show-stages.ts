import type { CommandContext } from '../command-context.js';
import { safeText } from '../terminal/safe-text.js';
import type { PublicationEvent } from './publication.js';

interface SampleResult {
  readonly name: string;
  readonly passed: boolean;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  readonly latencyMs: number | null;
}

/** Writes a line for each stage that ended; on a terminal also what is running just now. */
export function stageReporter(context: CommandContext): (event: PublicationEvent) => void {
  const { io, style } = context;
  const isLive = io.stderr.isTTY === true && !context.flags.json;
  return ({ stage, status, message, detail }) => {
    const label = stage.toLowerCase().replaceAll('_', ' ').padEnd(12);
    if (isLive) io.stderr.write('\r\u001b[2K');
    if (status === 'STARTED') {
      if (isLive) io.stderr.write(style.dim(`… ${label} ${safeText(message)}`));
      return;
    }
    const mark = status === 'SUCCEEDED' ? style.green('✓') : style.red('✗');
    context.note(`${mark} ${label} ${safeText(message)}`);
    for (const line of sampleLines(detail, context)) context.note(line);
  };
}

function sampleLines(detail: unknown, { style }: CommandContext): string[] {
  const samples = (detail as { samples?: unknown } | null)?.samples;
  if (!Array.isArray(samples)) return [];
  return (samples as SampleResult[]).flatMap(({ name, passed, problems, latencyMs }) => [
    `    ${passed ? style.green('✓') : style.red('✗')} ${safeText(name)}${latencyMs === null ? '' : style.dim(`  ${latencyMs.toFixed(1)} ms`)}`,
    ...problems.map(({ path, message }) => `        ${safeText(path === '' ? message : `${path}: ${message}`)}`),
  ]);
}
