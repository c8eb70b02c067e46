import { formatNano } from '@steelyard/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.js';
import { cliErrors } from '../../errors.js';
import { formatTable } from '../../terminal/table.js';
import type { Run } from '../command-action.js';
import { listSize } from '../money.js';
import { keyFileOf } from '../operator-key.js';

/** What the operator finds by what somebody who complains has told. */
export function addLookUps(operator: Command, run: Run): void {
  operator
    .command('call')
    .argument('<prediction>', 'its id, as its caller has it')
    .description('a call of anybody, what it was charged, and whether that was taken back')
    .addHelpText('after', '\nTo take it back: steelyard usage correct\nExample:\n  $ steelyard operator call 0193a0f2-...')
    .action(run(showCall));
  operator
    .command('payments')
    .argument('<handle>', 'the organization')
    .option('--first <n>', 'how many to list, 1 to 100', listSize, 20)
    .description("an organization's payments, newest first, to refund of")
    .addHelpText('after', '\nExample:\n  $ steelyard operator payments acme')
    .action(run(listPayments));
}

interface Charge {
  readonly id: string;
  readonly consumer: string;
  readonly provider: string;
  readonly model: string | null;
  readonly occurredAt: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly amountNano: string;
  readonly feeNano: string;
  readonly currency: string;
  readonly period: number;
  readonly correction: { readonly reason: string; readonly createdAt: string; readonly creditNote: { readonly number: string } } | null;
}

async function showCall(context: CommandContext, id: string, _flags: object, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = `query Charge($id: ID!) {
    charge(id: $id) {
      id consumer provider model occurredAt status errorCode amountNano feeNano currency period problem
      correction { reason createdAt creditNote { number } }
    }
  }`;
  const { charge } = await client.graphql<{ charge: Charge | null }>(document, { id });
  if (charge === null) throw cliErrors.CALL_UNKNOWN({ id });
  context.result(charge, () => chargeText(charge));
}

function chargeText({ consumer, provider, model, occurredAt, status, errorCode, amountNano, feeNano, currency, period, correction }: Charge): string {
  const money = (nano: string) => `${formatNano(BigInt(nano))} ${currency}`;
  const lines = [
    ['called by', consumer],
    ['model', model ?? `a version of ${provider} that is gone`],
    ['when', `${occurredAt}, invoiced with ${period}`],
    ['result', status === 'FAILED' ? `failed: ${errorCode ?? 'unknown'}` : 'succeeded'],
    ['charged', `${money(amountNano)}, of that fee ${money(feeNano)}`],
    ['taken back', correction === null ? 'no' : `${correction.createdAt} by ${correction.creditNote.number}: ${correction.reason}`],
  ];
  return lines.map(([name, value]) => `${name!.padEnd(11)}${value}`).join('\n');
}

interface Payment {
  readonly id: string;
  readonly amount: string;
  readonly currency: string;
  readonly state: string;
  readonly refunded: string;
  readonly createdAt: string;
}

async function listPayments(context: CommandContext, handle: string, { first }: { readonly first: number }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = `query OrganizationPayments($handle: String!, $first: Int!) {
    organizationPayments(handle: $handle, first: $first) { nodes { id amount currency state refunded createdAt failure } }
  }`;
  const { organizationPayments } = await client.graphql<{ organizationPayments: { readonly nodes: readonly Payment[] } }>(document, { handle, first });
  const rows = organizationPayments.nodes.map(({ id, amount, currency, state, refunded, createdAt }) => [createdAt, `${amount} ${currency}`, state.toLowerCase(), refunded, id]);
  context.result(organizationPayments.nodes, () => (rows.length === 0 ? `${handle} has no payments` : formatTable(['when', 'amount', 'state', 'refunded', 'payment'], rows)));
}
