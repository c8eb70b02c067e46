import type { Estimate } from '@steelyard/client';
import { formatNano, isPriceUnit, UNIT_PARTS } from '@steelyard/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.js';
import { formatTable } from '../../terminal/table.js';
import type { Run } from '../command-action.js';
import { milliseconds, readInput } from './run.js';

interface EstimateFlags {
  readonly input?: string;
  readonly image?: string;
  readonly deadline?: number;
}

export function addEstimate(program: Command, run: Run): void {
  program
    .command('estimate')
    .argument('<ref>', 'owner/model, owner/model:channel or owner/model@version')
    .argument('[fields...]', 'input fields: name=value (JSON or else text) or name=@file (its bytes)')
    .option('--input <file>', 'the whole input as JSON; - reads it from stdin')
    .option('--image <file>', 'the same as image=@file')
    .option('--deadline <ms>', 'how long the call would be given in all', milliseconds)
    .description('what a call would cost; nothing runs')
    .addHelpText('after', '\nExamples:\n  $ steelyard estimate acme/digits --image seven.png\n  $ steelyard estimate acme/stories prompt="Once upon a time" maxTokens=200\n  $ steelyard estimate acme/echo --input input.json --json')
    .action(run(estimate));
}

async function estimate(context: CommandContext, ref: string, fields: readonly string[], flags: EstimateFlags): Promise<void> {
  const input = await readInput(context.io, fields, flags);
  const { client } = await context.connect();
  const answer = await client.model(ref).estimate(input, { deadlineMs: flags.deadline });
  context.result(answer, () => describe(answer));
}

function describe(answer: Estimate): string {
  const { model, currency, lines, free, isFree, leastNano, mostNano } = answer;
  const rows = lines.map((line) => [line.unit, span(line.least, line.most, (parts) => units(line.unit, parts)), span(line.leastNano, line.mostNano, formatNano)]);
  const cost = isFree ? 'nothing: the free units cover it' : `${span(leastNano, mostNano, formatNano)} ${currency}`;
  return [
    `${model} would cost ${cost}`,
    '',
    formatTable(['unit', 'quantity', currency], rows),
    '',
    ...(free ? [`free this month: ${units(free.unit, free.left)} of ${units(free.unit, free.quantity)} ${free.unit} left`] : []),
    verdict(answer),
  ].join('\n');
}

function verdict({ refusal, budgetId, availableNano, currency }: Estimate): string {
  if (refusal === undefined) return `available: ${formatNano(availableNano)} ${currency}; the call would be let in`;
  return budgetId === undefined ? `available: ${formatNano(availableNano)} ${currency}, which is not enough` : `budget ${budgetId} has not enough left`;
}

function span(least: bigint, most: bigint, say: (value: bigint) => string): string {
  return least === most ? say(most) : `${say(least)} to ${say(most)}`;
}

/** Parts as whole units with their decimals: 1,500,000 microseconds are 1.5 seconds. */
function units(unit: string, parts: bigint): string {
  const size = isPriceUnit(unit) ? UNIT_PARTS[unit] : 1n;
  if (size === 1n) return String(parts);
  const decimals = String(parts % size).padStart(String(size).length - 1, '0').replace(/0+$/, '');
  return decimals === '' ? String(parts / size) : `${parts / size}.${decimals}`;
}
