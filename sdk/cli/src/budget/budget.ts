import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { type Budget, BUDGET_FIELDS, budgetTable } from './budget-table.js';
import type { Run } from '../commands/command-action.js';

const LIST_EXAMPLES = `
Examples:
  $ steelyard budget list
  $ steelyard budget list --ended --json`;

const CREATE_EXAMPLES = `
Examples:
  $ steelyard budget create "all calls" --limit 25
  $ steelyard budget create "ci, each day" --limit 2.50 --period day --key 4f0c9k2m8x1ab
  $ steelyard budget create "llama" --limit 100 --model acme/llama --soft --alert 50 90 --webhook https://example.com/hook`;

const CHANGE_EXAMPLES = `
Examples:
  $ steelyard budget change 0193... --limit 50
  $ steelyard budget change 0193... --no-webhook
  $ steelyard budget change 0193... --new-secret`;

export function addBudget(program: Command, run: Run): void {
  const budget = program.command('budget').description("limits to what your organization's calls may cost");
  budget.command('list').option('--ended', 'those that have ended too').description('every budget, with what is used of it').addHelpText('after', LIST_EXAMPLES).action(run(listBudgets));
  budget
    .command('create')
    .argument('<name>', 'what it is for')
    .requiredOption('--limit <amount>', 'decimal amount of the currency unit, e.g. 25.00')
    .addOption(new Option('--period <period>', 'what the limit is for: each day or month (UTC), or all there ever is').choices(['day', 'month', 'total']).default('month'))
    .addOption(new Option('--key <id>', 'only calls of this API key').conflicts('model'))
    .option('--model <owner/name>', 'only calls of this model')
    .option('--currency <code>', "ISO 4217; default: the server's")
    .option('--soft', 'only tell; without it, calls that would pass the limit are refused')
    .option('--alert <percent...>', 'tell at that much of the limit; none for no alerts (default: 80 100)', percent)
    .option('--webhook <url>', 'tell this address, by a signed request')
    .description('set a limit; what was used before in the same day or month counts')
    .addHelpText('after', CREATE_EXAMPLES)
    .action(run(createBudget));
  budget
    .command('change')
    .argument('<id>', 'as `budget list` shows it')
    .option('--name <name>')
    .option('--limit <amount>')
    .addOption(new Option('--hard', 'refuse calls that would pass the limit').conflicts('soft'))
    .option('--soft', 'only tell')
    .option('--alert <percent...>', 'tell at that much of the limit; none for no alerts', percent)
    .option('--webhook <url>', 'tell this address; another one gets a new secret')
    .option('--no-webhook', 'tell no address')
    .option('--new-secret', 'make a new secret; the old one counts no more')
    .description('change what is named, and nothing else')
    .addHelpText('after', CHANGE_EXAMPLES)
    .action(run(changeBudget));
  budget.command('end').argument('<id>', 'as `budget list` shows it').description('take a limit away: it refuses nothing any more').addHelpText('after', '\nExample:\n  $ steelyard budget end 0193...').action(run(endBudget));
  budget.command('test').argument('<id>', 'as `budget list` shows it').description("send a test to a budget's address").addHelpText('after', '\nExample:\n  $ steelyard budget test 0193...').action(run(testWebhook));
}

async function listBudgets(context: CommandContext, { ended = false }: { readonly ended?: boolean }): Promise<void> {
  const { client } = await context.connect();
  const { budgets } = await client.graphql<{ budgets: readonly Budget[] }>(`query Budgets($ended: Boolean!) { budgets(ended: $ended) { ${BUDGET_FIELDS} } }`, { ended });
  context.result(budgets, () => (budgets.length === 0 ? 'There is no budget: calls are limited by the balance alone.' : budgetTable(budgets)));
}

interface TermFlags {
  readonly limit?: string;
  readonly alert?: readonly (number | 'none')[];
}

interface CreateFlags extends TermFlags {
  readonly limit: string;
  readonly period: string;
  readonly key?: string;
  readonly model?: string;
  readonly currency?: string;
  readonly soft?: true;
  readonly webhook?: string;
}

type Result =
  | { readonly __typename: 'BudgetSaved'; readonly budget: Budget; readonly webhookSecret: string | null }
  | { readonly __typename: 'BudgetInvalid'; readonly problems: readonly { field: string; message: string }[] }
  | { readonly __typename: 'BudgetBelowUsed'; readonly message: string; readonly fix: string; readonly used: string };

const RESULT = `__typename
  ... on BudgetSaved { budget { ${BUDGET_FIELDS} } webhookSecret }
  ... on BudgetInvalid { problems { field message } }
  ... on BudgetBelowUsed { message fix used }`;

async function createBudget(context: CommandContext, name: string, { key, model, soft, alert, ...flags }: CreateFlags): Promise<void> {
  const { client } = await context.connect();
  const scope = key !== undefined ? 'KEY' : model !== undefined ? 'MODEL' : 'ORGANIZATION';
  const input = { ...flags, name, scope, keyId: key, model, period: flags.period.toUpperCase(), hard: soft !== true, alertPercents: percentsOf(alert) };
  const document = `mutation CreateBudget($input: CreateBudgetInput!) { createBudget(input: $input) { ${RESULT} } }`;
  const { createBudget: result } = await client.graphql<{ createBudget: Result }>(document, { input });
  showResult(context, result);
}

interface ChangeFlags extends TermFlags {
  readonly name?: string;
  readonly hard?: true;
  readonly soft?: true;
  /** `false` for none. */
  readonly webhook?: string | false;
  readonly newSecret?: true;
}

async function changeBudget(context: CommandContext, id: string, { name, limit, hard, soft, alert, webhook, newSecret }: ChangeFlags): Promise<void> {
  const { client } = await context.connect();
  const address = webhook === false ? null : webhook;
  const input = { id, name, limit, hard: hard ?? (soft ? false : undefined), alertPercents: percentsOf(alert), webhook: address, newWebhookSecret: newSecret };
  const document = `mutation ChangeBudget($input: ChangeBudgetInput!) { changeBudget(input: $input) { ${RESULT} } }`;
  const { changeBudget: result } = await client.graphql<{ changeBudget: Result }>(document, { input });
  showResult(context, result);
}

/** @throws AppError `CLI.BUDGET_INVALID`, `CLI.BUDGET_BELOW_USED` */
function showResult(context: CommandContext, result: Result): void {
  switch (result.__typename) {
    case 'BudgetSaved': {
      const { budget, webhookSecret } = result;
      if (webhookSecret !== null) context.note(`Alerts are signed with ${webhookSecret}\nThe secret is shown this once; keep it where they arrive.`);
      return context.result({ budget, webhookSecret }, () => budgetTable([budget]));
    }
    case 'BudgetInvalid':
      throw cliErrors.BUDGET_INVALID({ problems: result.problems });
    case 'BudgetBelowUsed': {
      const { message, used, fix } = result;
      throw cliErrors.BUDGET_BELOW_USED({ message, used, fix });
    }
  }
}

async function endBudget(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const { endBudget: budget } = await client.graphql<{ endBudget: Budget }>(`mutation EndBudget($id: ID!) { endBudget(id: $id) { ${BUDGET_FIELDS} } }`, { id });
  context.result(budget, () => `${budget.name} (${budget.id}) has ended and refuses nothing any more`);
}

async function testWebhook(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const document = 'mutation TestBudgetWebhook($id: ID!) { testBudgetWebhook(id: $id) { delivered status problem } }';
  const { testBudgetWebhook: test } = await client.graphql<{ testBudgetWebhook: { delivered: boolean; status: number | null; problem: string | null } }>(document, { id });
  if (!test.delivered) throw cliErrors.WEBHOOK_REFUSED({ problem: test.problem ?? 'nobody knows why' });
  context.result(test, () => `The address answered ${test.status}.`);
}

function percentsOf(alert: TermFlags['alert']): readonly number[] | undefined {
  return alert?.filter((value) => value !== 'none');
}

function percent(text: string, before: readonly (number | 'none')[] | undefined): readonly (number | 'none')[] {
  const value = text === 'none' ? text : Number(text);
  if (value !== 'none' && (!Number.isInteger(value) || value < 1 || value > 100)) throw new InvalidArgumentError('must be a whole number from 1 to 100, or none.');
  return [...(before ?? []), value];
}
