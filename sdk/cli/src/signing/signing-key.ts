import { generateSigningKey, publicKeyPem } from '@steelyard/model-package/signature';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { formatTable } from '../terminal/table.js';
import { keepPrivateKey, publicKeyIn } from './key-file.js';

export function addSigningKey(program: Command, run: Run): void {
  const key = program.command('signing-key').description('the keys that versions of your organization are signed with');
  key
    .command('create')
    .argument('<name>', 'what it is called beside the versions that it signs')
    .option('--out <file>', 'where the private key is written; default: <name>.key.pem')
    .option('--public-key <file>', 'register this one instead: an Ed25519 public key in PEM')
    .description('make a key and register its public part; the private part stays here')
    .addHelpText('after', '\nExamples:\n  $ steelyard signing-key create ci --out ci.key.pem\n  $ steelyard publish ./digits --sign ci.key.pem')
    .action(run(createKey));
  key.command('list').description('every key, and whether versions must be signed').addHelpText('after', '\nExample:\n  $ steelyard signing-key list --json').action(run(listKeys));
  key
    .command('revoke')
    .argument('<name>', 'as `signing-key list` shows it')
    .description('take nothing more that a key signs; versions that are published stay')
    .addHelpText('after', '\nExample:\n  $ steelyard signing-key revoke ci')
    .action(run(revokeKey));
  key
    .command('require')
    .option('--off', 'take unsigned versions again', false)
    .description('publish nothing unsigned from now on')
    .addHelpText('after', '\nExample:\n  $ steelyard signing-key require')
    .action(run(requireSignatures));
}

interface SigningKey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

interface Signing {
  readonly keys: readonly SigningKey[];
  readonly requiredSince: string | null;
}

const KEY_FIELDS = 'id name publicKey createdAt revokedAt';

async function createKey(context: CommandContext, name: string, { out = `${name.replace(/[^\w.-]+/g, '-')}.key.pem`, publicKey }: { readonly out?: string; readonly publicKey?: string }): Promise<void> {
  const { client } = await context.connect();
  const made = publicKey === undefined ? generateSigningKey() : undefined;
  const publicPem = made?.publicPem ?? publicKeyPem(await publicKeyIn(context.io, publicKey!));
  // Written first: a key that is registered and lost is of no use.
  if (made) await keepPrivateKey(context.io, out, made.privatePem);
  const document = `mutation RegisterSigningKey($input: RegisterSigningKeyInput!) { registerSigningKey(input: $input) { ${KEY_FIELDS} } }`;
  const { registerSigningKey: key } = await client.graphql<{ registerSigningKey: SigningKey }>(document, { input: { name, publicKey: publicPem } });
  if (made) context.note(`The private key is in ${out}: keep it secret, and publish with --sign ${out}`);
  context.result(key, () => `${key.name} (${key.id}) is registered`);
}

async function listKeys(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { signing } = await client.graphql<{ signing: Signing }>(`{ signing { keys { ${KEY_FIELDS} } requiredSince } }`);
  context.result(signing, () =>
    [
      signing.keys.length === 0 ? 'There is no signing key yet.' : formatTable(['id', 'name', 'state', 'created'], signing.keys.map(({ id, name, revokedAt, createdAt }) => [id, name, revokedAt === null ? 'good' : 'revoked', createdAt])),
      ruleText(signing),
    ].join('\n\n'),
  );
}

/** By its name: an id may begin with a dash, and would be taken for an option. */
async function revokeKey(context: CommandContext, name: string): Promise<void> {
  const { client } = await context.connect();
  const { signing } = await client.graphql<{ signing: Pick<Signing, 'keys'> }>(`{ signing { keys { ${KEY_FIELDS} } } }`);
  const id = signing.keys.find((key) => key.name === name)?.id ?? name;
  const { revokeSigningKey: key } = await client.graphql<{ revokeSigningKey: SigningKey }>(`mutation RevokeSigningKey($id: ID!) { revokeSigningKey(id: $id) { ${KEY_FIELDS} } }`, { id });
  context.result(key, () => `${key.name} (${key.id}) is revoked`);
}

async function requireSignatures(context: CommandContext, { off }: { readonly off: boolean }): Promise<void> {
  const { client } = await context.connect();
  const document = `mutation RequireSignatures($required: Boolean!) { requireSignatures(required: $required) { keys { ${KEY_FIELDS} } requiredSince } }`;
  const { requireSignatures: signing } = await client.graphql<{ requireSignatures: Signing }>(document, { required: !off });
  context.result(signing, () => ruleText(signing));
}

const ruleText = ({ requiredSince }: Signing): string => (requiredSince === null ? 'Versions need not be signed.' : `Versions must be signed, since ${requiredSince}.`);
