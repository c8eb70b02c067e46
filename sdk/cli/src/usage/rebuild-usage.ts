import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import { ProgressBar } from '../terminal/progress-bar.js';
import { ExitCode } from '../report-failure.js';
import type { Run } from '../commands/command-action.js';
import { keyFileOf } from '../commands/operator-key.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** To the operator's commands, which are there already. */
export function addRebuildUsage(program: Command, run: Run): void {
  program.commands
    .find((command) => command.name() === 'operator')!
    .command('rebuild-usage')
    .requiredOption('--from <day>', 'ISO 8601, e.g. 2026-11-01, in UTC', dayTime)
    .option('--to <day>', 'the first day that is left alone; tomorrow when left out', dayTime)
    .option('--check', 'only say whether the sums are what the calls add up to')
    .description('add the hourly sums of usage up anew, from the calls')
    .addHelpText('after', '\nDay by day: whoever writes usage waits for one day at most.\nExamples:\n  $ steelyard operator rebuild-usage --from 2026-11-01 --check\n  $ steelyard operator rebuild-usage --from 2026-11-01 --to 2026-12-01')
    .action(run(rebuildUsage));
}

interface RebuildFlags {
  readonly from: number;
  readonly to?: number;
  readonly check?: true;
}

const CHECK = 'query UsageHoursMatch($from: DateTime!, $to: DateTime!) { hours: usageHoursMatch(from: $from, to: $to) { wrong } }';
const REBUILD = 'mutation RebuildUsageHours($from: DateTime!, $to: DateTime!) { hours: rebuildUsageHours(from: $from, to: $to) { wrong made } }';

/** A day at a time, so that its end is seen coming and an interruption loses a day's work at most. */
async function rebuildUsage(context: CommandContext, { from, to = Math.ceil(Date.now() / DAY_MS) * DAY_MS, check }: RebuildFlags, command: Command): Promise<ExitCode> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const days = Math.max(0, Math.ceil((to - from) / DAY_MS));
  const bar = new ProgressBar(context.io.stderr, check ? 'checking' : 'adding up', days, (done) => `${done} days`);
  const counts = { days, wrong: 0, made: 0 };
  try {
    for (let day = 0; day < days; day += 1) {
      const [fromMs, toMs] = [from + day * DAY_MS, Math.min(from + (day + 1) * DAY_MS, to)];
      const variables = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
      const { hours } = await client.graphql<{ hours: { wrong: number; made?: number } }>(check ? CHECK : REBUILD, variables);
      counts.wrong += hours.wrong;
      counts.made += hours.made ?? 0;
      if (!context.flags.json) bar.update(day + 1);
    }
  } finally {
    bar.clear();
  }
  context.result(counts, () => {
    if (check) return counts.wrong === 0 ? `the sums of ${days} days are what the calls add up to` : `${counts.wrong} sums of ${days} days are wrong; run this without --check`;
    return `${counts.made} sums of ${days} days are added up; ${counts.wrong} of them were wrong or missing`;
  });
  return check && counts.wrong > 0 ? ExitCode.failed : ExitCode.ok;
}

function dayTime(text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('must be a day such as 2026-11-01.');
  return timeMs;
}
