import type { Client } from '@steelyard/client';
import { type CallAnswer, type Candidate, type Evaluation, type LabelledLine, runEvaluation, type Scorer, scorerOf } from '@steelyard/client/evaluation';
import { formatNano, parseNano, type PlainTerms } from '@steelyard/kernel';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { cliErrors } from '../errors.js';
import { ExitCode, exitCodeOf } from '../report-failure.js';
import { ProgressBar } from '../terminal/progress-bar.js';
import { ask } from '../terminal/prompt.js';
import { comparisonTable } from './comparison-table.js';
import { costOfLines, type Found } from './cost-of-lines.js';
import { readData, type SentLines } from './read-data.js';

interface EvaluateFlags {
  readonly data: string;
  readonly concurrency: number;
  readonly maxCost?: bigint;
  readonly deadline?: number;
  readonly yes: boolean;
}

export function addEvaluate(program: Command, run: Run): void {
  program
    .command('evaluate')
    .argument('<refs...>', 'the models, all of one task')
    .requiredOption('--data <file>', 'JSON Lines, each {"input": {...}, "expected": ...}; {"$file": "a.png"} is a file beside it')
    .option('--concurrency <n>', 'calls in flight at once, 1 to 64', between(1, 64), 4)
    .option('--max-cost <amount>', 'refuse beforehand what would cost more; what costs less is not asked about', amount)
    .option('--deadline <ms>', 'how long to wait for each call', between(1, 600_000))
    .option('--yes', 'do not ask whether it may cost what it costs', false)
    .description('run models on data of yours, and compare how right, quick and dear they are')
    .addHelpText('after', '\nExamples:\n  $ steelyard evaluate acme/digits globex/numbers --data mine.jsonl --max-cost 0.50\n  $ steelyard evaluate acme/digits --data mine.jsonl --yes --json')
    .action(run(evaluate));
}

async function evaluate(context: CommandContext, refs: readonly string[], flags: EvaluateFlags): Promise<ExitCode> {
  const twice = refs.find((ref, index) => refs.indexOf(ref) < index);
  if (twice !== undefined) throw cliErrors.ARGUMENT_INVALID({ argument: `the model ${twice}`, problem: 'is named twice' });
  const { client } = await context.connect();
  const candidates = await Promise.all(refs.map((ref) => findCandidate(client, ref)));
  const { task, scorer } = scorerOfAll(candidates);
  const data = await readData(context.io, flags.data, scorer);
  await agreeOnCost(context, await costOfLines(context, { client, candidates, data, flags }), { calls: candidates.length * data.lines.length, flags });
  const { models, stoppedBy } = await runShown(context, { client, candidates, data, scorer, flags });
  const { code, message } = stoppedBy ?? {};
  context.result({ task, lines: data.lines.length, measures: scorer.measures, models, ...(stoppedBy && { error: { code, message } }) }, () => comparisonTable(models, scorer, data.lines.length));
  if (stoppedBy) {
    if (!context.flags.json) throw stoppedBy;
    return exitCodeOf(stoppedBy);
  }
  return models.every(({ scored }) => scored > 0) ? ExitCode.ok : ExitCode.failed;
}

async function findCandidate(client: Client, ref: string): Promise<Found> {
  const document = 'query Candidate($ref: String!) { modelVersion(ref: $ref) { ref manifest price { currency components { unit amountNano per } } } }';
  const { modelVersion: found } = await client.graphql<{
    modelVersion: { ref: string; manifest: { task: string }; price: PlainTerms };
  }>(document, { ref });
  const { currency, components } = found.price;
  const price = { currency, components: components.map(({ unit, amountNano, per }) => ({ unit, amountNano: BigInt(amountNano), per: BigInt(per) })) };
  return { ref, pinned: found.ref, task: found.manifest.task, price };
}

function scorerOfAll(candidates: readonly Candidate[]): { task: string; scorer: Scorer } {
  const { ref, task } = candidates[0]!;
  const other = candidates.find((candidate) => candidate.task !== task);
  if (other) throw cliErrors.NOT_COMPARABLE({ reason: `${ref} has the task ${task}, ${other.ref} has ${other.task}` });
  const scorer = scorerOf(task);
  if (!scorer) throw cliErrors.NOT_COMPARABLE({ reason: `answers of the task ${task} have no right or wrong by themselves` });
  return { task, scorer };
}

/** @throws AppError `CLI.COST_TOO_HIGH` | `CLI.COST_NOT_AGREED` */
async function agreeOnCost(context: CommandContext, costs: ReadonlyMap<string, bigint>, { calls, flags }: { calls: number; flags: EvaluateFlags }): Promise<void> {
  const cost = [...costs].map(([currency, nano]) => `${formatNano(nano)} ${currency}`).join(' and ');
  const what = `${calls} calls cost up to ${cost}`;
  if (flags.maxCost !== undefined) {
    const isWithin = [...costs.values()].reduce((sum, nano) => sum + nano, 0n) <= flags.maxCost;
    if (!isWithin) throw cliErrors.COST_TOO_HIGH({ what, max: formatNano(flags.maxCost) });
    return;
  }
  if (flags.yes || [...costs.values()].every((nano) => nano === 0n)) return;
  const isAgreed = context.isInteractive && (await ask(context.io, { text: `${what}. Go on?`, choices: ['yes', 'no'], fallback: 'no' })) === 'yes';
  if (!isAgreed) throw cliErrors.COST_NOT_AGREED({ what });
}

interface Shown {
  readonly client: Client;
  readonly candidates: readonly Found[];
  readonly data: SentLines;
  readonly scorer: Scorer;
  readonly flags: EvaluateFlags;
}

async function runShown(context: CommandContext, { client, candidates, data, scorer, flags }: Shown): Promise<Evaluation> {
  const pinned = new Map(candidates.map(({ ref, pinned: version }) => [ref, version]));
  const call = async (ref: string, line: LabelledLine, signal: AbortSignal): Promise<CallAnswer> => {
    const { output, prediction } = await client.runWithDetails(pinned.get(ref)!, data.sent(line), { deadlineMs: flags.deadline, signal });
    const { model, costNano, currency, timings } = prediction;
    return { output, model, costNano, currency, latencyMs: timings.roundTripMs };
  };
  const bar = new ProgressBar(context.io.stderr, 'evaluating', candidates.length * data.lines.length, String);
  // What was answered until then was paid for: it is shown.
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    return await runEvaluation({
      refs: candidates.map(({ ref }) => ref),
      lines: data.lines,
      scorer,
      concurrency: flags.concurrency,
      call,
      onProgress: (done) => !context.flags.json && bar.update(done),
      signal: stop.signal,
    });
  } finally {
    process.off('SIGINT', interrupt);
    bar.clear();
  }
}

function amount(text: string): bigint {
  try {
    return parseNano(text);
  } catch {
    throw new InvalidArgumentError('must be an amount, e.g. 0.05.');
  }
}

function between(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max) throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
    return value;
  };
}
