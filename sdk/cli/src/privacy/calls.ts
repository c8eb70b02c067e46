import { formatNano } from '@steelyard/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { cliErrors } from '../errors.js';

export function addCalls(program: Command, run: Run): void {
  const calls = program.command('calls').description('single calls of your organization');
  calls
    .command('show')
    .argument('<prediction-id>', 'as `run` and `usage` show it')
    .description('what a call cost, what was masked in it, and its input and output where they are kept (see `privacy`)')
    .addHelpText('after', '\nExamples:\n  $ steelyard calls show 0193...\n  $ steelyard calls show 0193... --json')
    .action(run(showCall));
}

interface Content {
  readonly state: 'KEPT' | 'TOO_LARGE' | 'DROPPED';
  readonly value: unknown;
  readonly bytes: number;
}

interface KeptCall {
  readonly input: Content;
  readonly output: Content | null;
  readonly keptUntil: string;
}

interface Prediction {
  readonly id: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly amountNano: string;
  readonly currency: string;
  readonly totalMs: number;
  readonly occurredAt: string;
  readonly masked: readonly { readonly kind: string; readonly count: number }[];
}

const DOCUMENT = `query ShowCall($id: ID!) {
  prediction(id: $id) { id status errorCode amountNano currency totalMs occurredAt masked { kind count } }
  keptCall(id: $id) { input { state value bytes } output { state value bytes } keptUntil }
}`;

/** @throws AppError `CLI.CALL_NOT_FOUND` */
async function showCall(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const { prediction, keptCall: kept } = await client.graphql<{ prediction: Prediction | null; keptCall: KeptCall | null }>(DOCUMENT, { id });
  if (!prediction) throw cliErrors.CALL_NOT_FOUND({ id });
  context.result({ prediction, kept }, () => callText(prediction, kept));
}

function callText({ id, status, errorCode, amountNano, currency, totalMs, occurredAt, masked }: Prediction, kept: KeptCall | null): string {
  const lines = [
    `${id}  ${status.toLowerCase()}${errorCode === null ? '' : ` (${errorCode})`}`,
    `${occurredAt}, ${totalMs.toFixed(1)} ms, ${formatNano(BigInt(amountNano))} ${currency}`,
    ...(masked.length > 0 ? [`masked before the model saw it: ${masked.map(({ kind, count }) => `${kind.toLowerCase()} ${count}`).join(', ')}`] : []),
  ];
  if (!kept) return [...lines, 'input and output are not kept'].join('\n');
  return [...lines, `kept until ${kept.keptUntil}`, `input: ${contentText(kept.input)}`, `output: ${kept.output ? contentText(kept.output) : 'none'}`].join('\n');
}

function contentText({ state, value, bytes }: Content): string {
  switch (state) {
    case 'KEPT':
      return JSON.stringify(value, null, 2);
    case 'TOO_LARGE':
      return `too large to keep (${bytes} bytes)`;
    case 'DROPPED':
      return `not kept: the server had too much to write (${bytes} bytes)`;
  }
}
