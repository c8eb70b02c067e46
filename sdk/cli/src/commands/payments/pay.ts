import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@steelyard/client';
import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.js';
import { ExitCode } from '../../report-failure.js';
import { formatTable } from '../../terminal/table.js';
import type { Run } from '../command-action.js';
import { listSize } from '../money.js';

export function addPay(program: Command, run: Run): void {
  program
    .command('topup')
    .argument('<amount>', 'decimal amount of the currency unit, e.g. 25.00')
    .option('--saved', 'charge the card that was saved last, instead of opening a page to pay on')
    .option('--key <text>', 'names the payment: sent again with the same key it is the same payment')
    .option('--no-wait', 'do not wait for the payment; with --json nothing waits for a page to be paid on')
    .description("pay into your organization's wallet")
    .addHelpText('after', '\nExamples:\n  $ steelyard topup 25.00           prints a page to pay on, and waits\n  $ steelyard topup 25.00 --saved')
    .action(run(topUp));
  program
    .command('payments')
    .description('what was paid into the wallet')
    .command('list')
    .option('--first <n>', 'how many to list, 1 to 100', listSize, 20)
    .description('payments, newest first')
    .addHelpText('after', '\nExample:\n  $ steelyard payments list')
    .action(run(listPayments));
}

interface Payment {
  readonly id: string;
  readonly amount: string;
  readonly currency: string;
  readonly method: string;
  readonly state: 'PENDING' | 'OPEN' | 'PROCESSING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED';
  readonly checkoutUrl: string | null;
  readonly failure: string | null;
  readonly refunded: string;
  readonly createdAt: string;
}

const FIELDS = 'id amount currency method state checkoutUrl failure refunded createdAt';
const POLL_MS = 2_000;

interface TopUpFlags {
  readonly saved?: boolean;
  readonly key?: string;
  readonly wait: boolean;
}

async function topUp(context: CommandContext, amount: string, flags: TopUpFlags): Promise<ExitCode> {
  const { client } = await context.connect();
  const idempotencyKey = flags.key ?? randomUUID();
  context.nameRequest('payment key', { option: '--key', key: idempotencyKey });
  const document = `mutation TopUp($input: TopUpInput!) { topUp(input: $input) { ${FIELDS} } }`;
  const { topUp: begun } = await client.graphql<{ topUp: Payment }>(document, { input: { amount, method: flags.saved ? 'SAVED' : 'CHECKOUT', idempotencyKey } });
  if (begun.checkoutUrl !== null) context.note(`Pay here: ${begun.checkoutUrl}`);
  // With --json the page to pay on is told by the result alone: nobody can pay before there is one.
  const waits = flags.wait && !isOver(begun) && !(context.flags.json && begun.checkoutUrl !== null);
  const payment = waits ? await waitFor(context, client, begun) : begun;
  context.result(payment, () => textOf(payment));
  return payment.state === 'FAILED' || payment.state === 'CANCELED' ? ExitCode.failed : ExitCode.ok;
}

function isOver({ state }: Payment): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELED';
}

async function waitFor(context: CommandContext, client: Client, begun: Payment): Promise<Payment> {
  context.note(context.style.dim('Waiting for the payment; Ctrl-C stops the waiting, not the payment.'));
  const document = `mutation RefreshPayment($id: ID!) { refreshPayment(id: $id) { ${FIELDS} } }`;
  for (;;) {
    const { refreshPayment: payment } = await client.graphql<{ refreshPayment: Payment }>(document, { id: begun.id });
    if (isOver(payment)) return payment;
    await pause(POLL_MS);
  }
}

function textOf({ id, amount, currency, state, failure }: Payment): string {
  const sum = `${amount} ${currency}`;
  if (state === 'SUCCEEDED') return `${sum} are in the wallet (payment ${id})`;
  if (isOver({ state } as Payment)) return `Nothing was charged: ${failure ?? 'it was canceled'} (payment ${id})`;
  return `${sum} will be in the wallet once they are paid (payment ${id}, ${state.toLowerCase()})`;
}

async function listPayments(context: CommandContext, { first }: { readonly first: number }): Promise<void> {
  const { client } = await context.connect();
  const document = `query Payments($first: Int!) { payments { configured testMode howToConfigure history(first: $first) { nodes { ${FIELDS} } pageInfo { hasNextPage } } } }`;
  interface Answer {
    readonly payments: { readonly configured: boolean; readonly testMode: boolean; readonly howToConfigure: string | null; readonly history: { readonly nodes: readonly Payment[] } };
  }
  const { payments } = await client.graphql<Answer>(document, { first });
  if (!payments.configured) context.note(payments.howToConfigure ?? '');
  context.result(payments.history.nodes, () => {
    const rows = payments.history.nodes.map(({ createdAt, amount, currency, refunded, method, state, failure, id }) => [
      createdAt, `${amount} ${currency}`, refunded, method.toLowerCase(), state.toLowerCase(), id, failure ?? '',
    ]);
    return rows.length === 0 ? 'no payments yet' : formatTable(['time', 'amount', 'refunded', 'by', 'state', 'payment', 'why'], rows);
  });
}
