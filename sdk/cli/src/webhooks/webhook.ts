import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { formatTable } from '../terminal/table.js';
import { addDeliveries } from './deliveries.js';

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly about: string;
  readonly types: readonly string[];
  readonly disabled: string | null;
  readonly formerUntil: string | null;
  readonly createdAt: string;
}

interface WithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

const FIELDS = 'id url about types disabled formerUntil createdAt';

const ADD_EXAMPLES = `
Examples:
  $ steelyard webhook add https://example.com/hook
  $ steelyard webhook add https://example.com/money --event invoice.issued payout.paid payout.failed --about "book-keeping"`;

const CHANGE_EXAMPLES = `
Examples:
  $ steelyard webhook change 0193... --off
  $ steelyard webhook change 0193... --event version.published version.failed
  $ steelyard webhook change 0193... --all-events`;

export function addWebhooks(program: Command, run: Run): void {
  const webhook = program.command('webhook').description('addresses that are told of what happens to your organization');
  webhook.command('list').description('every address, and what it is told of').addHelpText('after', '\nExample:\n  $ steelyard webhook list').action(run(listWebhooks));
  webhook.command('events').description('what an address can be told of').addHelpText('after', '\nExample:\n  $ steelyard webhook events').action(run(listEvents));
  webhook
    .command('add')
    .argument('<url>', 'a public https:// address')
    .option('--event <type...>', 'only of these; all without it')
    .option('--about <text>', 'what it is for', '')
    .description('add an address; shows the secret that messages are signed with, this once')
    .addHelpText('after', ADD_EXAMPLES)
    .action(run(addWebhook));
  webhook
    .command('change')
    .argument('<id>', 'as `webhook list` shows it')
    .option('--url <url>')
    .option('--about <text>')
    .addOption(new Option('--event <type...>', 'only of these').conflicts('allEvents'))
    .option('--all-events', 'of all, also of those that come to be later')
    .addOption(new Option('--off', 'send nothing there').conflicts('on'))
    .option('--on', 'send there again')
    .description('change what is named, and nothing else')
    .addHelpText('after', CHANGE_EXAMPLES)
    .action(run(changeWebhook));
  webhook
    .command('rotate-secret')
    .argument('<id>', 'as `webhook list` shows it')
    .description('make another secret; for a day messages are signed with both')
    .addHelpText('after', '\nExample:\n  $ steelyard webhook rotate-secret 0193...')
    .action(run(rotateSecret));
  webhook
    .command('remove')
    .argument('<id>', 'as `webhook list` shows it')
    .description('remove an address, with what it was told and was to be told')
    .addHelpText('after', '\nExample:\n  $ steelyard webhook remove 0193...')
    .action(run(removeWebhook));
  addDeliveries(webhook, run);
}

async function listWebhooks(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { webhooks } = await client.graphql<{ webhooks: readonly Webhook[] }>(`{ webhooks { ${FIELDS} } }`);
  context.result(webhooks, () => (webhooks.length === 0 ? 'No address is told of anything. Add one with `steelyard webhook add <url>`.' : tableOf(webhooks)));
}

async function listEvents(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { webhookTypes } = await client.graphql<{ webhookTypes: readonly string[] }>('{ webhookTypes }');
  context.result(webhookTypes, () => webhookTypes.join('\n'));
}

async function addWebhook(context: CommandContext, url: string, { event = [], about }: { readonly event?: readonly string[]; readonly about: string }): Promise<void> {
  const { client } = await context.connect();
  const document = `mutation AddWebhook($input: AddWebhookInput!) { addWebhook(input: $input) { secret webhook { ${FIELDS} } } }`;
  const { addWebhook: added } = await client.graphql<{ addWebhook: WithSecret }>(document, { input: { url, about, types: event } });
  showWithSecret(context, added);
}

interface ChangeFlags {
  readonly url?: string;
  readonly about?: string;
  readonly event?: readonly string[];
  readonly allEvents?: true;
  readonly on?: true;
  readonly off?: true;
}

async function changeWebhook(context: CommandContext, id: string, { url, about, event, allEvents, on, off }: ChangeFlags): Promise<void> {
  const { client } = await context.connect();
  const input = { id, url, about, types: allEvents ? [] : event, enabled: on ?? (off ? false : undefined) };
  const document = `mutation ChangeWebhook($input: ChangeWebhookInput!) { changeWebhook(input: $input) { ${FIELDS} } }`;
  const { changeWebhook: webhook } = await client.graphql<{ changeWebhook: Webhook }>(document, { input });
  context.result(webhook, () => tableOf([webhook]));
}

async function rotateSecret(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const document = `mutation RotateWebhookSecret($id: ID!) { rotateWebhookSecret(id: $id) { secret webhook { ${FIELDS} } } }`;
  const { rotateWebhookSecret } = await client.graphql<{ rotateWebhookSecret: WithSecret }>(document, { id });
  showWithSecret(context, rotateWebhookSecret);
}

async function removeWebhook(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const { removeWebhook: webhook } = await client.graphql<{ removeWebhook: Webhook }>(`mutation RemoveWebhook($id: ID!) { removeWebhook(id: $id) { ${FIELDS} } }`, { id });
  context.result(webhook, () => `${webhook.url} is told of nothing any more`);
}

function showWithSecret(context: CommandContext, { webhook, secret }: WithSecret): void {
  context.note(`Messages are signed with ${secret}\nThe secret is shown this once; keep it where they arrive.`);
  context.result({ webhook, secret }, () => tableOf([webhook]));
}

function tableOf(webhooks: readonly Webhook[]): string {
  const rows = webhooks.map(({ id, url, types, disabled, about }) => [id, url, types.length === 0 ? 'all' : types.join(', '), disabled ?? 'on', about]);
  return formatTable(['id', 'address', 'told of', 'state', 'about'], rows);
}
