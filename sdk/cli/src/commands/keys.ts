import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import { formatTable } from '../terminal/table.js';
import type { Run } from './command-action.js';

export function addKeys(program: Command, run: Run): void {
  const keys = program.command('keys').description('API keys of your organization');
  keys
    .command('create')
    .argument('<name>', 'what it is for')
    .option('--scope <scope...>', 'what it may do', ['predict', 'models:read'])
    .option('--expires <time>', 'ISO 8601', expiry)
    .description('make a key; its secret is shown this once')
    .addHelpText('after', '\nExample:\n  $ steelyard keys create ci --scope predict --scope models:publish')
    .action(run(createKey));
  keys.command('list').description('every key, without its secret').addHelpText('after', '\nExample:\n  $ steelyard keys list --json').action(run(listKeys));
  keys.command('revoke').argument('<id>', 'as `keys list` shows it').description('end a key at once').addHelpText('after', '\nExample:\n  $ steelyard keys revoke 0193...').action(run(revokeKey));
}

interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

const KEY_FIELDS = 'id name scopes createdAt expiresAt revokedAt lastUsedAt';

async function createKey(context: CommandContext, name: string, { scope, expires }: { readonly scope: readonly string[]; readonly expires?: string }): Promise<void> {
  const { client } = await context.connect();
  const document = `mutation CreateKey($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { ${KEY_FIELDS} } secret } }`;
  const { createApiKey } = await client.graphql<{ createApiKey: { apiKey: ApiKey; secret: string } }>(document, { input: { name, scopes: scope, expiresAt: expires } });
  context.note(`Key ${createApiKey.apiKey.id} (${createApiKey.apiKey.scopes.join(', ')}). The secret is shown this once:`);
  context.result(createApiKey, () => createApiKey.secret);
}

async function listKeys(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { apiKeys } = await client.graphql<{ apiKeys: readonly ApiKey[] }>(`{ apiKeys { ${KEY_FIELDS} } }`);
  context.result(apiKeys, () => formatTable(['id', 'name', 'state', 'last used', 'scopes'], apiKeys.map((key) => [key.id, key.name, stateOf(key), key.lastUsedAt ?? 'never', key.scopes.join(' ')])));
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
