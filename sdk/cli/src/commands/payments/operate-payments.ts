import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../../command-context.js';
import { ExitCode } from '../../report-failure.js';
import { formatTable } from '../../terminal/table.js';
import type { Run } from '../command-action.js';
import { keyFileOf } from '../operator-key.js';
import { PAYOUT_FIELDS, payoutTable, type Payout } from './payout.js';

/** What only the operator does about real money, below `steelyard operator`. */
export function addOperatePayments(operator: Command, run: Run): void {
  const payout = operator.command('payout').description('pay providers');
  payout
    .command('prepare')
    .argument('<period>', 'a closed month, e.g. 202611', monthOf)
    .description('make the payouts of a month, and send those whose provider is set up')
    .addHelpText('after', '\nExample:\n  $ steelyard operator payout prepare 202611')
    .action(run(preparePayouts));
  payout
    .command('list')
    .argument('<period>', 'a month, e.g. 202611', monthOf)
    .description('the payouts of a month, and what they wait for')
    .addHelpText('after', '\nExample:\n  $ steelyard operator payout list 202611')
    .action(run(listPayouts));
  payout
    .command('reverse')
    .argument('<payout>', 'its id')
    .requiredOption('--reason <text>', 'kept with it')
    .description('have Stripe take back a payout that it has paid')
    .addHelpText('after', '\nThe provider is owed it again, and it goes with the next month.\nExample:\n  $ steelyard operator payout reverse 0198... --reason "wrong account"')
    .action(run(reversePayout));
  payout
    .command('mark-paid')
    .argument('<payout>', 'its id')
    .requiredOption('--reference <text>', 'by which it can be found again, e.g. that of a bank transfer')
    .description('write down that you have paid a payout that waits, or that Stripe has refused, by other means')
    .addHelpText('after', '\nExample:\n  $ steelyard operator payout mark-paid 0198... --reference "SEPA 4711"')
    .action(run(markPaid));
  operator
    .command('refund')
    .argument('<payment>', 'its id')
    .argument('[amount]', 'decimal; all that is left of it when absent')
    .requiredOption('--reason <text>', 'kept with it')
    .option('--id <uuid>', 'name the refund: sent again with the same id it is given once')
    .description('give money of a payment back to who paid it')
    .addHelpText('after', '\nExample:\n  $ steelyard operator refund 0198... 5.00 --reason "asked for"')
    .action(run(refund));
  operator
    .command('outbox')
    .description('what Stripe was asked to do and somebody has to look at')
    .addHelpText('after', '\nExample:\n  $ steelyard operator outbox')
    .action(run(showOutbox));
  operator
    .command('resolve')
    .argument('<operation>', 'its id')
    .argument('<action>', 'retry or give-up', actionOf)
    .requiredOption('--reason <text>', 'kept with it')
    .description('do something about what is stuck; Stripe is looked at first')
    .addHelpText('after', '\nExample:\n  $ steelyard operator resolve 0198... retry --reason "not in the dashboard"')
    .action(run(resolve));
  operator
    .command('reconcile')
    .argument('[day]', 'UTC, e.g. 2026-11-29; yesterday when absent')
    .description("hold a day's movements at Stripe against the ledger; exit code 1 when they differ")
    .addHelpText('after', '\nExample:\n  $ steelyard operator reconcile 2026-11-29')
    .action(run(reconcile));
}

function monthOf(text: string): number {
  if (!/^\d{4}(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('must be a year and a month such as 202611.');
  return Number(text);
}

function actionOf(text: string): string {
  if (text !== 'retry' && text !== 'give-up') throw new InvalidArgumentError('must be retry or give-up.');
  return text === 'retry' ? 'RETRY' : 'GIVE_UP';
}

async function preparePayouts(context: CommandContext, period: number, _flags: unknown, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = `mutation PreparePayouts($period: Int!) { preparePayouts(period: $period) { ${PAYOUT_FIELDS} } }`;
  const { preparePayouts: payouts } = await client.graphql<{ preparePayouts: readonly Payout[] }>(document, { period });
  context.result(payouts, () => payoutTable(payouts));
}

async function listPayouts(context: CommandContext, period: number, _flags: unknown, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = `query PeriodPayouts($period: Int!) { periodPayouts(period: $period) { ${PAYOUT_FIELDS} } }`;
  const { periodPayouts } = await client.graphql<{ periodPayouts: readonly Payout[] }>(document, { period });
  context.result(periodPayouts, () => payoutTable(periodPayouts));
}

async function reversePayout(context: CommandContext, id: string, { reason }: { readonly reason: string }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = `mutation ReversePayout($id: ID!, $reason: String!) { reversePayout(id: $id, reason: $reason) { ${PAYOUT_FIELDS} } }`;
  const { reversePayout: payout } = await client.graphql<{ reversePayout: Payout }>(document, { id, reason });
  context.result(payout, () => payoutTable([payout]));
}

async function markPaid(context: CommandContext, id: string, { reference }: { readonly reference: string }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = `mutation MarkPayoutPaid($id: ID!, $reference: String!) { markPayoutPaid(id: $id, reference: $reference) { ${PAYOUT_FIELDS} } }`;
  const { markPayoutPaid: payout } = await client.graphql<{ markPayoutPaid: Payout }>(document, { id, reference });
  context.result(payout, () => payoutTable([payout]));
}

async function refund(context: CommandContext, paymentId: string, amount: string | undefined, flags: { readonly reason: string; readonly id?: string }, command: Command): Promise<ExitCode> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const id = flags.id ?? randomUUID();
  context.nameRequest('refund', { option: '--id', key: id });
  const document = 'mutation RefundPayment($input: RefundPaymentInput!) { refundPayment(input: $input) { id amount state failure } }';
  interface Answer {
    readonly refundPayment: { readonly id: string; readonly amount: string; readonly state: string; readonly failure: string | null };
  }
  const { refundPayment: made } = await client.graphql<Answer>(document, { input: { paymentId, amount, reason: flags.reason, id } });
  context.result(made, () => `${made.amount} ${made.state === 'FAILED' ? `were not refunded, and are back in the wallet: ${made.failure}` : `refunded (${made.state.toLowerCase()})`}`);
  return made.state === 'FAILED' ? ExitCode.failed : ExitCode.ok;
}

interface Operation {
  readonly id: string;
  readonly organization: string;
  readonly key: string;
  readonly state: string;
  readonly error: string | null;
}

async function showOutbox(context: CommandContext, _flags: unknown, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const { outbox } = await client.graphql<{ outbox: readonly Operation[] }>('query Outbox { outbox { id organization kind key state attempts error firstSentAt } }');
  context.result(outbox, () => (outbox.length === 0 ? 'nothing is stuck' : formatTable(['operation', 'organization', 'key', 'what to do'], outbox.map(({ id, organization, key, error }) => [id, organization, key, error ?? '']))));
}

async function resolve(context: CommandContext, id: string, action: string, { reason }: { readonly reason: string }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = 'mutation ResolveOperation($input: ResolveOperationInput!) { resolveOperation(input: $input) { id organization key state error } }';
  const { resolveOperation: operation } = await client.graphql<{ resolveOperation: Operation }>(document, { input: { id, action, reason } });
  context.result(operation, () => `${operation.key} is ${operation.state.toLowerCase()}${operation.error === null ? '' : `: ${operation.error}`}`);
}

interface Reconciliation {
  readonly day: string;
  readonly matched: boolean;
  readonly compared: number;
  readonly fees: string;
  readonly currency: string;
  readonly differences: readonly { readonly subject: string; readonly atStripe: string; readonly inLedger: string; readonly action: string }[];
}

async function reconcile(context: CommandContext, day: string | undefined, _flags: unknown, command: Command): Promise<ExitCode> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = 'mutation Reconcile($day: String) { reconcile(day: $day) { day matched compared fees currency differences { subject stripeId atStripe inLedger action } } }';
  const { reconcile: row } = await client.graphql<{ reconcile: Reconciliation }>(document, { day });
  context.result(row, () => {
    const head = `${row.day}: ${row.compared} compared, ${row.differences.length} differ, ${row.fees} ${row.currency} kept by Stripe`;
    const rows = row.differences.map(({ subject, atStripe, inLedger, action }) => [subject, atStripe, inLedger, action]);
    return row.matched ? head : `${head}\n\n${formatTable(['what', 'at Stripe', 'in the ledger', 'what to do'], rows)}`;
  });
  return row.matched ? ExitCode.ok : ExitCode.failed;
}
