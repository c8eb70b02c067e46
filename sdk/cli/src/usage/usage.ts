import { formatNano } from '@steelyard/kernel';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addCorrection } from '../billing/correct-usage.js';
import type { CommandContext } from '../command-context.js';
import { formatTable } from '../terminal/table.js';
import type { Run } from '../commands/command-action.js';
import { listSize } from '../commands/money.js';
import { EXPORT_FORMATS, exportUsage, type UsageFilterFlags } from './usage-export.js';

export function addUsage(program: Command, run: Run): void {
  const usage = program
    .command('usage')
    .addOption(new Option('--side <side>', 'what you used, or what others used of yours').choices(['consumer', 'provider']).default('consumer'))
    .option('--from <time>', 'ISO 8601, e.g. 2026-11-01; with --by 30 days ago when left out', isoTime)
    .option('--to <time>', 'ISO 8601', isoTime)
    .option('--model <owner/name>', 'of one model')
    .option('--key <id>', 'of one of your keys')
    .option('--tag <tag>', 'of one tag; "" for calls without one')
    .addOption(new Option('--status <outcome>', 'of one outcome').choices(['succeeded', 'failed']))
    .addOption(new Option('--by <what>', 'added up, instead of call by call').choices(['model', 'key', 'tag', 'day']))
    .option('--first <n>', 'how many calls to list, 1 to 100', listSize, 20)
    .description('what was called and what it cost')
    .addHelpText('after', '\nExamples:\n  $ steelyard usage --from 2026-11-01\n  $ steelyard usage --by tag --model acme/digits\n  $ steelyard usage --side provider --json')
    .action(run(showUsage));
  usage
    .command('export')
    .addOption(new Option('--format <format>', 'a table, or one JSON object a line').choices([...EXPORT_FORMATS]).default('csv'))
    .option('--out <file>', 'instead of stdout; replaced when it is there')
    .description('all calls of a period as CSV or JSON Lines, newest first')
    .addHelpText('after', '\nTakes the options of usage that choose calls.\nExample:\n  $ steelyard usage export --format jsonl --from 2026-11-01 --to 2026-12-01 --tag nightly --out november.jsonl')
    .action(run(exportUsage));
  addCorrection(usage, run);
}

interface UsageFlags extends UsageFilterFlags {
  readonly by?: 'model' | 'key' | 'tag' | 'day';
  readonly first: number;
}

function showUsage(context: CommandContext, flags: UsageFlags): Promise<void> {
  return flags.by === undefined ? listCalls(context, flags) : addUp(context, flags, flags.by);
}

interface Figures {
  readonly calls: number;
  readonly failed: number;
  readonly amountNano: string;
  readonly feeNano: string;
}

interface Line {
  readonly unit: string;
  readonly quantity: string;
  readonly amountNano: string;
}

interface UsageAnswer {
  readonly usageSummary: Figures & { readonly currency: string };
  readonly usage: {
    readonly nodes: readonly {
      readonly id: string;
      readonly modelRef: string | null;
      readonly modelId: string;
      readonly status: string;
      readonly errorCode: string | null;
      readonly lines: readonly Line[];
      readonly amountNano: string;
      readonly currency: string;
      readonly tag: string | null;
      readonly occurredAt: string;
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  };
}

const CALLS = `query Usage($first: Int!, $side: UsageSide!, $from: DateTime, $to: DateTime, $model: String, $keyId: ID, $tag: String, $status: PredictionStatus) {
  usageSummary(side: $side, from: $from, to: $to, model: $model, keyId: $keyId, tag: $tag, status: $status) { calls failed amountNano feeNano currency }
  usage(first: $first, side: $side, from: $from, to: $to, model: $model, keyId: $keyId, tag: $tag, status: $status) {
    nodes {
      id modelId modelRef version versionId status errorCode unit quantity lines { unit quantity amountNano } freeQuantity tag period priceId
      amountNano feeNano currency keyId computeMs totalMs occurredAt
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

async function listCalls(context: CommandContext, flags: UsageFlags): Promise<void> {
  const { client } = await context.connect();
  const { usageSummary, usage } = await client.graphql<UsageAnswer>(CALLS, { first: flags.first, ...variablesOf(flags) });
  context.result({ summary: usageSummary, events: usage.nodes, hasMore: usage.pageInfo.hasNextPage }, () => {
    const { calls, failed, currency } = usageSummary;
    const rows = usage.nodes.map((event) => [
      event.occurredAt,
      event.modelRef ?? event.modelId,
      event.status.toLowerCase(),
      event.lines.map(({ unit, quantity }) => `${quantity} ${unit}`).join(', '),
      `${formatNano(BigInt(event.amountNano))} ${event.currency}`,
      event.tag ?? '',
      event.errorCode ?? '',
      event.id,
    ]);
    const table = rows.length === 0 ? [] : ['', formatTable(['time', 'model', 'status', 'quantity', 'amount', 'tag', 'error', 'prediction'], rows)];
    const more = usage.pageInfo.hasNextPage ? ['', 'There are more: narrow --from and --to, raise --first, or write them to a file with `steelyard usage export`.'] : [];
    return [`${calls} calls, ${failed} failed, ${moneyOf(flags.side, usageSummary)} ${currency} ${flags.side === 'provider' ? 'earned after fees' : 'charged'}`, ...table, ...more].join('\n');
  });
}

interface SeriesAnswer {
  readonly usageSeries: readonly (Figures & { readonly start: string; readonly group: string | null; readonly groupName: string | null })[];
  readonly usageUnits: readonly Line[];
}

const SERIES = `query UsageBy($side: UsageSide!, $from: DateTime!, $to: DateTime, $model: String, $keyId: ID, $tag: String, $status: PredictionStatus, $groupBy: UsageGroup!, $interval: UsageInterval!) {
  usageSeries(side: $side, from: $from, to: $to, model: $model, keyId: $keyId, tag: $tag, status: $status, groupBy: $groupBy, interval: $interval) {
    start group groupName calls failed amountNano feeNano
  }
  usageUnits(side: $side, from: $from, to: $to, model: $model, keyId: $keyId, tag: $tag, status: $status) { unit quantity amountNano }
}`;

const DAY_MS = 24 * 60 * 60 * 1_000;
const DEFAULT_DAYS = 30;

async function addUp(context: CommandContext, flags: UsageFlags, by: NonNullable<UsageFlags['by']>): Promise<void> {
  const { client } = await context.connect();
  const from = flags.from ?? new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - (DEFAULT_DAYS - 1) * DAY_MS).toISOString();
  const shape = by === 'day' ? { groupBy: 'NONE', interval: 'DAY' } : { groupBy: by.toUpperCase(), interval: 'PERIOD' };
  const { usageSeries, usageUnits } = await client.graphql<SeriesAnswer>(SERIES, { ...variablesOf(flags), from, ...shape });
  context.result({ from, by, rows: usageSeries, units: usageUnits }, () => {
    if (usageSeries.length === 0) return 'No calls in this period.';
    const rows = usageSeries.map((row) => [by === 'day' ? row.start.slice(0, 10) : (row.groupName ?? row.group) || '(none)', String(row.calls), String(row.failed), moneyOf(flags.side, row)]);
    const units = usageUnits.map(({ unit, quantity, amountNano }) => [unit, quantity, formatNano(BigInt(amountNano))]);
    return [
      formatTable([by, 'calls', 'failed', flags.side === 'provider' ? 'earned, usd' : 'cost, usd'], rows),
      '',
      formatTable(['unit', 'quantity', 'cost, usd'], units),
    ].join('\n');
  });
}

function variablesOf({ side, from, to, model, key, tag, status }: UsageFilterFlags): Record<string, string | undefined> {
  return { side: side.toUpperCase(), from, to, model, keyId: key, tag, status: status?.toUpperCase() };
}

function moneyOf(side: UsageFilterFlags['side'], { amountNano, feeNano }: Figures): string {
  return formatNano(side === 'provider' ? BigInt(amountNano) - BigInt(feeNano) : BigInt(amountNano));
}

function isoTime(text: string): string {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('must be a time such as 2026-11-01 or 2026-11-01T12:00:00Z.');
  return new Date(timeMs).toISOString();
}
