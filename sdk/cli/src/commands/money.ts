import { formatNano } from '@steelyard/kernel';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import { formatTable } from '../terminal/table.js';
import { addCorrection } from '../billing/correct-usage.js';
import type { Run } from './command-action.js';

export function addMoney(program: Command, run: Run): void {
  program
    .command('balance')
    .option('--currency <code>', 'ISO 4217', 'usd')
    .description("your organization's credit and earnings")
    .addHelpText('after', '\nExample:\n  $ steelyard balance')
    .action(run(showBalance));
  const usage = program
    .command('usage')
    .addOption(new Option('--side <side>', 'what you used, or what others used of yours').choices(['consumer', 'provider']).default('consumer'))
    .option('--from <time>', 'ISO 8601, e.g. 2026-11-01', isoTime)
    .option('--to <time>', 'ISO 8601', isoTime)
    .option('--first <n>', 'how many calls to list, 1 to 100', listSize, 20)
    .description('what was called and what it cost')
    .addHelpText('after', '\nExamples:\n  $ steelyard usage --from 2026-11-01\n  $ steelyard usage --side provider --json')
    .action(run(showUsage));
  addCorrection(usage, run);
}

interface Balance {
  readonly currency: string;
  readonly available: string;
  readonly earned: string;
  readonly heldNano: string;
}

async function showBalance(context: CommandContext, { currency }: { readonly currency: string }): Promise<void> {
  const { client } = await context.connect();
  const document = 'query Balance($currency: String!) { balance(currency: $currency) { currency available earned availableNano heldNano postedNano earnedNano } }';
  const { balance } = await client.graphql<{ balance: Balance }>(document, { currency });
  context.result(balance, () =>
    [`available  ${balance.available} ${balance.currency}`, `held       ${formatNano(BigInt(balance.heldNano))} ${balance.currency} for calls that are running`, `earned     ${balance.earned} ${balance.currency}`].join('\n'),
  );
}

interface UsageFlags {
  readonly side: string;
  readonly from?: string;
  readonly to?: string;
  readonly first: number;
}

interface UsageAnswer {
  readonly usageSummary: { readonly calls: number; readonly failed: number; readonly amountNano: string; readonly feeNano: string; readonly currency: string };
  readonly usage: {
    readonly nodes: readonly {
      readonly id: string;
      readonly status: string;
      readonly errorCode: string | null;
      readonly unit: string;
      readonly quantity: string;
      readonly amountNano: string;
      readonly currency: string;
      readonly occurredAt: string;
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  };
}

const USAGE = `query Usage($first: Int!, $side: UsageSide!, $from: DateTime, $to: DateTime) {
  usageSummary(side: $side, from: $from, to: $to) { calls failed amountNano feeNano currency }
  usage(first: $first, side: $side, from: $from, to: $to) {
    nodes { id modelId versionId status errorCode unit quantity amountNano feeNano currency keyId computeMs occurredAt }
    pageInfo { hasNextPage endCursor }
  }
}`;

async function showUsage(context: CommandContext, { side, from, to, first }: UsageFlags): Promise<void> {
  const { client } = await context.connect();
  const { usageSummary, usage } = await client.graphql<UsageAnswer>(USAGE, { first, side: side.toUpperCase(), from, to });
  context.result({ summary: usageSummary, events: usage.nodes, hasMore: usage.pageInfo.hasNextPage }, () => {
    const { calls, failed, amountNano, feeNano, currency } = usageSummary;
    const money = side === 'provider' ? `${formatNano(BigInt(amountNano) - BigInt(feeNano))} ${currency} earned after fees` : `${formatNano(BigInt(amountNano))} ${currency} charged`;
    const rows = usage.nodes.map((event) => [
      event.occurredAt,
      event.status.toLowerCase(),
      `${event.quantity} ${event.unit}`,
      `${formatNano(BigInt(event.amountNano))} ${event.currency}`,
      event.errorCode ?? '',
      event.id,
    ]);
    const table = rows.length === 0 ? [] : ['', formatTable(['time', 'status', 'quantity', 'amount', 'error', 'prediction'], rows)];
    return [`${calls} calls, ${failed} failed, ${money}`, ...table, ...(usage.pageInfo.hasNextPage ? ['', 'There are more: narrow --from and --to, or raise --first.'] : [])].join('\n');
  });
}

function isoTime(text: string): string {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('must be a time such as 2026-11-01 or 2026-11-01T12:00:00Z.');
  return new Date(timeMs).toISOString();
}

export function listSize(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100) throw new InvalidArgumentError('must be a whole number from 1 to 100.');
  return value;
}
