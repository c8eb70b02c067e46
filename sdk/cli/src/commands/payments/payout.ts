import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.js';
import { formatTable } from '../../terminal/table.js';
import type { Run } from '../command-action.js';
import { listSize } from '../money.js';

export function addPayout(program: Command, run: Run): void {
  const payout = program.command('payout').description('what your organization is paid for its models');
  payout
    .command('list')
    .option('--first <n>', 'how many to list, 1 to 100', listSize, 20)
    .description('payouts, newest first, and whether payouts are set up')
    .addHelpText('after', '\nExample:\n  $ steelyard payout list')
    .action(run(listPayouts));
  payout
    .command('setup')
    .requiredOption('--email <address>', 'where Stripe writes to')
    .requiredOption('--country <code>', 'ISO 3166, two letters, e.g. US')
    .description('begin or go on with what Stripe has to know before it sends you money')
    .addHelpText('after', '\nExample:\n  $ steelyard payout setup --email ada@example.org --country US')
    .action(run(setUp));
}

export interface Payout {
  readonly id: string;
  readonly organization: string;
  readonly period: number;
  readonly amount: string;
  readonly currency: string;
  readonly state: string;
  readonly method: string;
  readonly waitingFor: string | null;
  readonly reference: string | null;
  readonly failure: string | null;
}

export const PAYOUT_FIELDS = 'id organization period amount currency state method waitingFor reference failure createdAt settledAt';

export function payoutTable(payouts: readonly Payout[]): string {
  const rows = payouts.map(({ period, organization, amount, currency, state, id, waitingFor, reference, failure }) => [
    String(period), organization, `${amount} ${currency}`, state.toLowerCase(), id, waitingFor ?? failure ?? reference ?? '',
  ]);
  return rows.length === 0 ? 'no payouts yet' : formatTable(['month', 'organization', 'amount', 'state', 'payout', 'note'], rows);
}

interface Account {
  readonly enabled: boolean;
  readonly requirements: readonly string[];
}

async function listPayouts(context: CommandContext, { first }: { readonly first: number }): Promise<void> {
  const { client } = await context.connect();
  const document = `query Payouts($first: Int!) { payoutAccount { enabled requirements } payouts(first: $first) { nodes { ${PAYOUT_FIELDS} } } }`;
  const answer = await client.graphql<{ payoutAccount: Account | null; payouts: { nodes: readonly Payout[] } }>(document, { first });
  context.note(stateOf(answer.payoutAccount));
  context.result({ account: answer.payoutAccount, payouts: answer.payouts.nodes }, () => payoutTable(answer.payouts.nodes));
}

function stateOf(account: Account | null): string {
  if (account === null) return 'Payouts are not set up: steelyard payout setup';
  if (account.enabled) return 'Payouts are set up.';
  return `Stripe wants to know first: ${account.requirements.join(', ') || 'nothing more, it is looking at what it was told'}`;
}

async function setUp(context: CommandContext, input: { readonly email: string; readonly country: string }): Promise<void> {
  const { client } = await context.connect();
  const document = 'mutation SetUpPayouts($input: SetUpPayoutsInput!) { setUpPayouts(input: $input) { url account { enabled requirements } } }';
  const { setUpPayouts } = await client.graphql<{ setUpPayouts: { url: string; account: Account } }>(document, { input });
  context.note(stateOf(setUpPayouts.account));
  context.note('Tell Stripe the rest here; the page is good for minutes, and once:');
  context.result(setUpPayouts, () => setUpPayouts.url);
}
