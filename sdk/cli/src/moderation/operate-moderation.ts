import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import { listSize } from '../commands/money.js';
import { keyFileOf } from '../commands/operator-key.js';
import type { Run } from '../commands/command-action.js';
import { formatTable } from '../terminal/table.js';
import { TAKEDOWN_FIELDS, type Takedown } from './takedown-text.js';

/** What people report of models, and what the operator does about it. */
export function addModeration(operator: Command, run: Run): void {
  operator
    .command('reports')
    .addOption(new Option('--state <state>', 'which ones').choices(['open', 'dismissed', 'taken-down', 'all']).default('open'))
    .option('--first <n>', 'how many to list, 1 to 100', listSize, 50)
    .description('what people who are signed in have reported of models, newest first')
    .addHelpText('after', '\nExamples:\n  $ steelyard operator reports\n  $ steelyard operator reports --state all --json')
    .action(run(listReports));
  operator
    .command('dismiss')
    .argument('<report>', 'its id, as `operator reports` shows it')
    .requiredOption('--reason <text>', 'kept with the report')
    .description('close a report that needs nothing done')
    .addHelpText('after', '\nExample:\n  $ steelyard operator dismiss 0193... --reason "a matter of taste"')
    .action(run(dismiss));
  operator
    .command('takedowns')
    .description('models that are taken down, and what their providers say to it')
    .addHelpText('after', '\nExample:\n  $ steelyard operator takedowns')
    .action(run(listTakedowns));
  const rulings = [
    ['takedown', 'takeDownModel', 'refuse every call of a model from now on, and hide it', 'is taken down'],
    ['restore', 'restoreModel', 'let a model that was taken down answer and be listed as before', 'is restored'],
    ['keep', 'keepTakedown', 'answer an appeal: the model stays taken down', 'stays taken down'],
  ] as const;
  for (const [command, field, description, outcome] of rulings) {
    operator
      .command(command)
      .argument('<owner/model>')
      .requiredOption('--reason <text>', command === 'takedown' ? 'one line; its provider and its callers are told' : 'one line; its provider is told')
      .description(description)
      .addHelpText('after', `\nExample:\n  $ steelyard operator ${command} acme/digits --reason "..."`)
      .action(run(async (context: CommandContext, ref: string, { reason }: { readonly reason: string }, self: Command) => rule(context, { ref, reason, field, outcome }, self)));
  }
}

interface Report {
  readonly id: string;
  readonly ref: string;
  readonly kind: string;
  readonly text: string;
  readonly state: string;
  readonly createdAt: string;
}

async function listReports(context: CommandContext, { state, first }: { readonly state: string; readonly first: number }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = `query Reports($first: Int!, $state: AbuseReportState) {
    abuseReports(first: $first, state: $state) { nodes { id ref kind text reporterId state resolution createdAt resolvedAt } pageInfo { hasNextPage } }
  }`;
  const variables = { first, state: state === 'all' ? null : state.toUpperCase().replace('-', '_') };
  const { abuseReports: found } = await client.graphql<{ abuseReports: { nodes: readonly Report[]; pageInfo: { hasNextPage: boolean } } }>(document, variables);
  context.result({ reports: found.nodes, hasMore: found.pageInfo.hasNextPage }, () => {
    if (found.nodes.length === 0) return 'There is no such report.';
    const rows = found.nodes.map(({ id, ref, kind, text, state: is, createdAt }) => [id, ref, kind.toLowerCase(), is.toLowerCase(), createdAt, text.replaceAll(/\s+/g, ' ')]);
    return formatTable(['id', 'model', 'kind', 'state', 'time', 'text'], rows);
  });
}

async function dismiss(context: CommandContext, id: string, { reason }: { readonly reason: string }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = 'mutation Dismiss($id: ID!, $reason: String!) { dismissReport(id: $id, reason: $reason) { id ref state resolution } }';
  const { dismissReport } = await client.graphql<{ dismissReport: { ref: string } }>(document, { id, reason });
  context.result(dismissReport, () => `the report of ${dismissReport.ref} is dismissed`);
}

async function listTakedowns(context: CommandContext, _flags: object, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const { takedowns } = await client.graphql<{ takedowns: readonly Takedown[] }>(`query Takedowns { takedowns { ${TAKEDOWN_FIELDS} } }`);
  context.result({ takedowns }, () => {
    if (takedowns.length === 0) return 'No model is taken down.';
    const rows = takedowns.map(({ ref, since, reason, appeal, decision }) => [ref, since, reason, appeal?.replaceAll(/\s+/g, ' ') ?? '', decision === null ? (appeal === null ? '' : 'to decide') : decision.toLowerCase()]);
    return formatTable(['model', 'since', 'reason', 'appeal', 'decision'], rows);
  });
}

interface Ruling {
  readonly ref: string;
  readonly reason: string;
  readonly field: string;
  readonly outcome: string;
}

async function rule(context: CommandContext, { ref, reason, field, outcome }: Ruling, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const answer = await client.graphql<Record<string, Takedown>>(`mutation Rule($input: RulingInput!) { ${field}(input: $input) { ${TAKEDOWN_FIELDS} } }`, { input: { ref, reason } });
  context.result(answer[field]!, () => `${ref} ${outcome}: ${reason}`);
}
