import type { PlainTerms } from '@steelyard/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { TAKEDOWN_FIELDS, takedownText, type Takedown } from '../moderation/takedown-text.js';
import { priceText } from '../price/price-text.js';
import { formatTable } from '../terminal/table.js';
import type { Run } from './command-action.js';
import { listSize } from './money.js';

export function addModels(program: Command, run: Run): void {
  program
    .command('models')
    .argument('[ref]', 'one model: its versions, channels and their history')
    .option('--search <text>', 'words in name, owner, tags, task, description and model card')
    .option('--task <task>', 'e.g. image-classification')
    .option('--owner <handle>', 'of one organization')
    .option('--shared', 'only what other organizations share with yours')
    .option('--first <n>', 'how many, 1 to 100', listSize, 50)
    .description('the models that you can call')
    .addHelpText('after', '\nExamples:\n  $ steelyard models --task image-classification\n  $ steelyard models acme/digits')
    .action(run(async (context: CommandContext, ref: string | undefined, flags: ListFlags) => (ref === undefined ? listModels(context, flags) : showModel(context, ref))));
}

export function addChannels(program: Command, run: Run): void {
  program
    .command('release')
    .argument('<model>', 'name of your model, or owner/name')
    .argument('<version>', 'e.g. 1.2.0')
    .option('--channel <name>', 'the channel to move', 'stable')
    .option('--reason <text>', 'kept in the history')
    .description('make a channel mean this version')
    .addHelpText('after', '\nExample:\n  $ steelyard release digits 1.2.0 --reason "better on thin strokes"')
    .action(run(release));
  program
    .command('rollback')
    .argument('<model>', 'name of your model, or owner/name')
    .option('--channel <name>', 'the channel to move back', 'stable')
    .option('--reason <text>', 'kept in the history')
    .description('make a channel mean what it meant before')
    .addHelpText('after', '\nExample:\n  $ steelyard rollback digits --reason "reads 7 as 1"')
    .action(run(rollback));
}

interface ListFlags {
  readonly search?: string;
  readonly task?: string;
  readonly owner?: string;
  readonly first: number;
  readonly shared?: boolean;
}

interface VersionRow {
  readonly version: string;
  readonly state: string;
  readonly digest: string;
  readonly createdAt: string;
  readonly price: PlainTerms;
  readonly signature: { readonly keyName: string } | null;
}

interface ChannelRow {
  readonly name: string;
  readonly version: { readonly version: string };
  readonly history?: readonly { readonly action: string; readonly from: string | null; readonly to: string; readonly reason: string | null; readonly createdAt: string }[];
}

interface ModelRow {
  readonly ref: string;
  readonly task: string;
  readonly visibility: string;
  readonly description: string;
  readonly channels: readonly ChannelRow[];
  readonly versions: readonly VersionRow[];
  readonly shared: boolean;
  /** For its owner alone. */
  readonly takedown?: Takedown | null;
  readonly sharedWith?: readonly { readonly handle: string }[];
}

const MODEL_FIELDS = 'id ref owner name task visibility shared description createdAt';

async function listModels(context: CommandContext, flags: ListFlags): Promise<void> {
  const { client } = await context.connect();
  const document = `query Models($first: Int!, $search: String, $task: String, $owner: String, $shared: Boolean) {
    models(first: $first, search: $search, task: $task, owner: $owner, shared: $shared) { nodes { ${MODEL_FIELDS} channels { name version { version } } } pageInfo { hasNextPage } }
  }`;
  const { models } = await client.graphql<{ models: { nodes: readonly ModelRow[]; pageInfo: { hasNextPage: boolean } } }>(document, { ...flags });
  context.result({ models: models.nodes, hasMore: models.pageInfo.hasNextPage }, () => {
    if (models.nodes.length === 0) return 'There are no such models.';
    const rows = models.nodes.map(({ ref, task, visibility, shared, channels, description }) => [ref, task, shared ? 'shared with you' : visibility.toLowerCase(), channels.map(channelText).join(', '), description]);
    return formatTable(['model', 'task', 'visibility', 'channels', 'description'], rows);
  });
}

function channelText({ name, version }: ChannelRow): string {
  return `${name} ${version.version}`;
}

function reachText({ visibility, shared, sharedWith = [] }: ModelRow): string {
  const receivers = sharedWith.map(({ handle }) => handle).join(', ');
  return `${visibility.toLowerCase()}${shared ? ', shared with you' : ''}${receivers === '' ? '' : `, shared with ${receivers}`}`;
}

async function showModel(context: CommandContext, ref: string): Promise<void> {
  const { client } = await context.connect();
  const document = `query Model($ref: String!) { model(ref: $ref) { ${MODEL_FIELDS}
    versions { version state digest createdAt price { currency components { unit amount amountNano per } free { unit quantity } } signature { keyName keyId } }
    sharedWith { handle } takedown { ${TAKEDOWN_FIELDS} }
    channels { name version { version } history { action from to reason createdAt } } } }`;
  const { model } = await client.graphql<{ model: ModelRow | null }>(document, { ref });
  if (!model) throw cliErrors.NOT_FOUND({ what: `model ${ref} that you can see` });
  context.result(model, () => {
    const versions = model.versions.map(({ version, state, price, createdAt, digest, signature }) => [version, state.toLowerCase(), priceText(price), createdAt, digest.slice(0, 12), signature?.keyName ?? '-']);
    const moves = model.channels.flatMap(({ name, history = [] }) => history.map(({ action, from, to, reason, createdAt }) => [name, createdAt, action, `${from ?? '-'} → ${to}`, reason ?? '']));
    return [
      `${model.ref}  ${model.task}, ${reachText(model)}`,
      model.description,
      ...(model.takedown ? ['', takedownText(model.takedown)] : []),
      '',
      formatTable(['version', 'state', 'price', 'created', 'digest', 'signed by'], versions),
      ...(moves.length === 0 ? [] : ['', formatTable(['channel', 'time', 'action', 'version', 'reason'], moves)]),
    ].join('\n');
  });
}

interface MoveFlags {
  readonly channel: string;
  readonly reason?: string;
}

async function release(context: CommandContext, model: string, version: string, { channel, reason }: MoveFlags): Promise<void> {
  const { client } = await context.connect();
  const document = 'mutation Release($input: ReleaseVersionInput!) { releaseVersion(input: $input) { name updatedAt version { ref version } } }';
  const { releaseVersion } = await client.graphql<{ releaseVersion: { name: string; version: { ref: string } } }>(document, { input: { model, version, channel, reason } });
  context.result(releaseVersion, () => `${releaseVersion.name} is ${releaseVersion.version.ref} now`);
}

async function rollback(context: CommandContext, model: string, { channel, reason }: MoveFlags): Promise<void> {
  const { client } = await context.connect();
  const document = 'mutation Rollback($input: RollbackInput!) { rollback(input: $input) { name updatedAt version { ref version } } }';
  const { rollback: moved } = await client.graphql<{ rollback: { name: string; version: { ref: string } } }>(document, { input: { model, channel, reason } });
  context.result(moved, () => `${moved.name} is ${moved.version.ref} again`);
}
