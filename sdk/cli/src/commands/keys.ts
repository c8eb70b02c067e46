import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { formatTable } from '../terminal/table.js';
import type { Run } from './command-action.js';

export function addKeys(program: Command, run: Run): void {
  const keys = program.command('keys').description('API keys of your organization');
  keys
    .command('create')
    .argument('<name>', 'what it is for')
    .addOption(new Option('--for <purpose>', 'what it may do, by what it is for; calling unless said').choices(Object.keys(SCOPES_FOR)).conflicts('scope'))
    .option('--scope <scope...>', 'what it may do, scope by scope')
    .option('--models <models>', 'only with these, e.g. acme/digits,acme/story', refs)
    .option('--requests-per-minute <count>', 'how many it may send', wholeCount)
    .option('--expires <time>', 'ISO 8601', expiry)
    .description('make a key; its secret is shown this once')
    .addHelpText('after', '\nExample:\n  $ steelyard keys create shop --models acme/digits --requests-per-minute 60\n  $ steelyard keys create ci --for publishing --models acme/digits')
    .action(run(createKey));
  keys.command('list').description('every key that works and the newest that have ended, without their secrets').addHelpText('after', '\nExample:\n  $ steelyard keys list --json').action(run(listKeys));
  keys.command('revoke').argument('<id>', 'as `keys list` shows it').description('end a key at once').addHelpText('after', '\nExample:\n  $ steelyard keys revoke 0193...').action(run(revokeKey));
}

/** A key for publishing may upload and publish versions and nothing else: it is meant for build servers. */
const SCOPES_FOR: Readonly<Record<string, readonly string[]>> = { calling: ['predict', 'models:read'], publishing: ['versions:publish', 'models:read'] };

interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly models: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

const KEY_FIELDS = 'id name scopes models requestsPerMinute createdAt expiresAt revokedAt lastUsedAt';

interface CreateFlags {
  readonly for?: string;
  readonly scope?: readonly string[];
  readonly models?: readonly string[];
  readonly requestsPerMinute?: number;
  readonly expires?: string;
}

async function createKey(context: CommandContext, name: string, flags: CreateFlags): Promise<void> {
  const { models = [], requestsPerMinute, expires: expiresAt } = flags;
  if (flags.for === 'publishing' && models.length === 0) throw cliErrors.PUBLISHING_KEY_OF_ALL({});
  const { client } = await context.connect();
  const input = { name, scopes: flags.scope ?? SCOPES_FOR[flags.for ?? 'calling'], models, requestsPerMinute, expiresAt };
  const document = `mutation CreateKey($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { ${KEY_FIELDS} } secret } }`;
  const { createApiKey } = await client.graphql<{ createApiKey: { apiKey: ApiKey; secret: string } }>(document, { input });
  context.note(`Key ${createApiKey.apiKey.id} (${createApiKey.apiKey.scopes.join(', ')}). The secret is shown this once:`);
  context.result(createApiKey, () => createApiKey.secret);
}

async function listKeys(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { apiKeys } = await client.graphql<{ apiKeys: readonly ApiKey[] }>(`{ apiKeys { ${KEY_FIELDS} } }`);
  context.result(apiKeys, () => formatTable(['id', 'name', 'state', 'last used', 'per minute', 'models', 'scopes'], apiKeys.map(rowOf)));
}

function rowOf(key: ApiKey): string[] {
  return [key.id, key.name, stateOf(key), key.lastUsedAt ?? 'never', key.requestsPerMinute?.toString() ?? 'any', key.models.join(' ') || 'all', key.scopes.join(' ')];
}

function stateOf({ revokedAt, expiresAt }: ApiKey): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'good';
}

async function revokeKey(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const { revokeApiKey } = await client.graphql<{ revokeApiKey: ApiKey }>(`mutation Revoke($id: ID!) { revokeApiKey(id: $id) { ${KEY_FIELDS} } }`, { id });
  context.result(revokeApiKey, () => `${revokeApiKey.name} (${revokeApiKey.id}) is revoked`);
}

function expiry(text: string): string {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('must be a time such as 2027-01-01.');
  return new Date(timeMs).toISOString();
}

function refs(text: string): string[] {
  return text.split(',').map((ref) => ref.trim()).filter(Boolean);
}

function wholeCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('must be a whole number, 1 or more.');
  return Number(text);
}
