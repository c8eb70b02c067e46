import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { Client } from '@steelyard/client';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { KEY_FILE_OPTION, keyFileOf } from '../commands/operator-key.js';
import { cliErrors } from '../errors.js';
import { ProgressBar } from '../terminal/progress-bar.js';
import { formatTable } from '../terminal/table.js';

export function addPeriods(program: Command, run: Run): void {
  const period = program
    .command('period')
    .option(...KEY_FILE_OPTION)
    .description('months of usage, open and closed, and their invoices');
  period.command('list').description('months, how far their documents are and what is stuck').addHelpText('after', '\nExample:\n  $ steelyard period list').action(run(list));
  period
    .command('close')
    .argument('<month>', 'yyyymm in UTC, e.g. 202611; it has to be over', month)
    .option('--no-wait', 'do not wait until its documents are issued')
    .description('close a month, and those before it, and issue invoices and statements; again, it goes on waiting')
    .addHelpText('after', '\nExample:\n  $ steelyard period close 202611')
    .action(run(close));
}

interface Period {
  readonly period: number;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly documents: number;
  readonly issued: number;
  /** Of which `stuck` names the first. */
  readonly stuckCount: number;
  readonly stuck: readonly { readonly kind: string; readonly organization: string; readonly currency: string; readonly problem: string; readonly attempts: number; readonly triedAt: string }[];
}

const FIELDS = 'period closedAt closedBy documents issued stuckCount stuck { kind organization currency problem attempts triedAt }';
const POLL_MS = 1_000;

async function list(context: CommandContext, _flags: object, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const periods = await readPeriods(client);
  context.result(periods, () => {
    const rows = periods.map((item) => [String(item.period), item.closedAt === null ? 'open' : `closed ${item.closedAt} by ${item.closedBy}`, item.closedAt === null ? '' : `${item.issued} of ${item.documents}`]);
    const stuck = periods.flatMap((item) => problemsOf(item).map((problem) => `${item.period}: ${problem}`));
    return [formatTable(['month', 'state', 'documents'], rows), ...(stuck.length > 0 ? ['', 'stuck:', ...stuck] : [])].join('\n');
  });
}

async function close(context: CommandContext, period: number, { wait }: { readonly wait: boolean }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const { closePeriod } = await client.graphql<{ closePeriod: Period }>(`mutation ClosePeriod($period: Int!) { closePeriod(period: $period) { ${FIELDS} } }`, { period });
  const closed = wait ? await untilIssued(context, client, closePeriod) : closePeriod;
  context.result(closed, () => `${closed.period} is closed; ${closed.issued} of ${closed.documents} documents are issued`);
}

/** @throws AppError `CLI.PERIOD_STUCK` when all that is left is stuck */
async function untilIssued(context: CommandContext, client: Client, first: Period): Promise<Period> {
  const bar = new ProgressBar(context.io.stderr, `documents of ${first.period}`, first.documents, String);
  let now = first;
  try {
    for (; now.issued < now.documents; now = (await readPeriods(client)).find(({ period }) => period === first.period)!) {
      bar.update(now.issued);
      if (now.stuckCount > 0 && now.issued + now.stuckCount >= now.documents) throw cliErrors.PERIOD_STUCK({ period: now.period, problems: problemsOf(now) });
      await delay(POLL_MS);
    }
  } finally {
    bar.clear();
  }
  return now;
}

async function readPeriods(client: Client): Promise<readonly Period[]> {
  return (await client.graphql<{ periods: readonly Period[] }>(`query Periods { periods { ${FIELDS} } }`)).periods;
}

function problemsOf({ stuck }: Period): string[] {
  return stuck.map(({ kind, organization, currency, problem, attempts }) => `${kind} of ${organization} in ${currency}: ${problem} (tried ${attempts} times)`);
}

function month(text: string): number {
  if (!/^\d{4}(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('must be a month such as 202611.');
  return Number(text);
}
