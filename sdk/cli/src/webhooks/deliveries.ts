import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { formatTable } from '../terminal/table.js';

interface Attempt {
  readonly at: string;
  readonly tookMs: number;
  readonly status: number | null;
  readonly problem: string | null;
}

interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly data: unknown;
  readonly state: 'WAITING' | 'DELIVERED' | 'FAILED';
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
  readonly attempts: readonly Attempt[];
}

const FIELDS = 'id eventId type data state nextAttemptAt createdAt attempts { at tookMs status problem }';

const REPLAY_EXAMPLES = `
Examples:
  $ steelyard webhook replay 0193... --since 2026-11-28
  $ steelyard webhook replay 0193... --since 2026-11-28T10:00:00Z --delivered
  $ steelyard webhook resend 0194...                      one delivery`;

/** What addresses were told, and telling it again. */
export function addDeliveries(webhook: Command, run: Run): void {
  webhook
    .command('deliveries')
    .argument('[id]', 'of one address, as `webhook list` shows it')
    .addOption(new Option('--state <state>').choices(['waiting', 'delivered', 'failed']))
    .option('--limit <count>', 'how many, 1 to 100', count, 20)
    .description('what was told and what is to be told, newest first')
    .addHelpText('after', '\nExample:\n  $ steelyard webhook deliveries --state failed')
    .action(run(listDeliveries));
  webhook.command('delivery').argument('<id>', 'as `webhook deliveries` shows it').description('one delivery: what it says, and each attempt').addHelpText('after', '\nExample:\n  $ steelyard webhook delivery 0194...').action(run(showDelivery));
  webhook.command('resend').argument('<id>', 'as `webhook deliveries` shows it').description('send one delivery again, whatever became of it').addHelpText('after', '\nExample:\n  $ steelyard webhook resend 0194...').action(run(resend));
  webhook
    .command('replay')
    .argument('<id>', 'as `webhook list` shows it')
    .requiredOption('--since <time>', 'a day, or a time in ISO 8601; at most 30 days ago', moment)
    .option('--delivered', 'also what has arrived')
    .description('send an address again what it has not taken since then')
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(run(replay));
  webhook.command('test').argument('<id>', 'as `webhook list` shows it').description('tell an address something that means nothing').addHelpText('after', '\nExample:\n  $ steelyard webhook test 0193...').action(run(test));
}

async function listDeliveries(context: CommandContext, webhook: string | undefined, { state, limit }: { readonly state?: string; readonly limit: number }): Promise<void> {
  const { client } = await context.connect();
  const document = `query WebhookDeliveries($webhook: ID, $state: WebhookDeliveryState, $first: Int!) {
    webhookDeliveries(webhook: $webhook, state: $state, first: $first) { nodes { ${FIELDS} } } }`;
  const variables = { webhook, state: state?.toUpperCase(), first: limit };
  const { webhookDeliveries } = await client.graphql<{ webhookDeliveries: { nodes: readonly Delivery[] } }>(document, variables);
  const { nodes } = webhookDeliveries;
  context.result(nodes, () => (nodes.length === 0 ? 'There is no such delivery.' : tableOf(nodes)));
}

async function showDelivery(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const { webhookDelivery } = await client.graphql<{ webhookDelivery: Delivery }>(`query WebhookDelivery($id: ID!) { webhookDelivery(id: $id) { ${FIELDS} } }`, { id });
  const attempts = webhookDelivery.attempts.map(({ at, tookMs, status, problem }) => [at, `${tookMs} ms`, status === null ? '' : String(status), problem ?? 'delivered']);
  context.result(webhookDelivery, () => [tableOf([webhookDelivery]), JSON.stringify(webhookDelivery.data, null, 2), formatTable(['attempt', 'took', 'status', 'outcome'], attempts)].join('\n\n'));
}

async function resend(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const document = `mutation ReplayWebhookDelivery($id: ID!) { replayWebhookDelivery(id: $id) { ${FIELDS} } }`;
  const { replayWebhookDelivery } = await client.graphql<{ replayWebhookDelivery: Delivery }>(document, { id });
  context.result(replayWebhookDelivery, () => `${replayWebhookDelivery.type} is sent again under its id ${replayWebhookDelivery.eventId}`);
}

async function replay(context: CommandContext, id: string, { since, delivered = false }: { readonly since: string; readonly delivered?: boolean }): Promise<void> {
  const { client } = await context.connect();
  const document = 'mutation ReplayWebhook($id: ID!, $since: DateTime!, $delivered: Boolean!) { replayWebhook(id: $id, since: $since, delivered: $delivered) }';
  const { replayWebhook: count } = await client.graphql<{ replayWebhook: number }>(document, { id, since, delivered });
  context.result({ count }, () => `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} sent again`);
}

async function test(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const { testWebhook } = await client.graphql<{ testWebhook: Delivery }>(`mutation TestWebhook($id: ID!) { testWebhook(id: $id) { ${FIELDS} } }`, { id });
  context.result(testWebhook, () => `It is on its way; \`steelyard webhook delivery ${testWebhook.id}\` says what came of it.`);
}

function tableOf(deliveries: readonly Delivery[]): string {
  const rows = deliveries.map(({ id, type, state, nextAttemptAt, createdAt, attempts }) => [id, createdAt, type, state.toLowerCase(), String(attempts.length), nextAttemptAt ?? '', attempts[0]?.problem ?? '']);
  return formatTable(['id', 'happened', 'event', 'state', 'attempts', 'next', 'problem'], rows);
}

function count(text: string): number {
  if (!/^([1-9]\d?|100)$/.test(text)) throw new InvalidArgumentError('It is no whole number from 1 to 100.');
  return Number(text);
}

function moment(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('It is no time such as 2026-11-28 or 2026-11-28T10:00:00Z.');
  return time.toISOString();
}
