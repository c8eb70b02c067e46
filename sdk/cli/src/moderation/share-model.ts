import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { formatTable } from '../terminal/table.js';
import type { Run } from '../commands/command-action.js';
import { ownRef } from '../own-ref.js';

/** Who sees a model and calls it, and what its provider says when the operator has taken it down. */
export function addSharing(model: Command, run: Run): void {
  model
    .command('visibility')
    .argument('<model>', 'name of your model, or owner/name')
    .argument('<visibility>', 'private, unlisted or public', visibilityOf)
    .description('who finds it: your organization; whoever knows its name; everybody')
    .addHelpText('after', '\nPublic needs a version that states license and intendedUse.\nExample:\n  $ steelyard model visibility digits unlisted')
    .action(run(setVisibility));
  model
    .command('share')
    .argument('<model>', 'name of your model, or owner/name')
    .option('--with <handle>', 'an organization that may read and call it')
    .option('--stop', 'take the share back', false)
    .description('let chosen organizations call a private model; without --with: who may')
    .addHelpText('after', '\nExamples:\n  $ steelyard model share digits --with bob\n  $ steelyard model share digits --with bob --stop\n  $ steelyard model share digits')
    .action(run(shareModel));
  model
    .command('appeal')
    .argument('<model>', 'name of your model, or owner/name')
    .requiredOption('--note <text>', 'what speaks for it; one note for each takedown')
    .description('answer the operator who has taken your model down')
    .addHelpText('after', '\nWhy it was taken down: steelyard models acme/digits\nExample:\n  $ steelyard model appeal digits --note "The photos are ours: see the licence in the card"')
    .action(run(appeal));
}

function visibilityOf(text: string): string {
  if (!['private', 'unlisted', 'public'].includes(text)) throw new InvalidArgumentError('It must be private, unlisted or public.');
  return text.toUpperCase();
}

async function setVisibility(context: CommandContext, model: string, visibility: string): Promise<void> {
  const { client } = await context.connect();
  const document = 'mutation SetVisibility($input: SetModelVisibilityInput!) { setModelVisibility(input: $input) { ref visibility } }';
  const { setModelVisibility: changed } = await client.graphql<{ setModelVisibility: { ref: string; visibility: string } }>(document, { input: { model, visibility } });
  context.result(changed, () => `${changed.ref} is ${changed.visibility.toLowerCase()} now`);
}

interface Shared {
  readonly ref: string;
  readonly sharedWith: readonly { readonly handle: string; readonly name: string; readonly since: string }[];
}

const SHARED_FIELDS = 'ref visibility sharedWith { handle name since }';

async function shareModel(context: CommandContext, model: string, { with: handle, stop }: { readonly with?: string; readonly stop: boolean }): Promise<void> {
  if (handle === undefined && stop) throw cliErrors.ARGUMENT_INVALID({ argument: '--stop', problem: 'needs --with: whose share is taken back' });
  const shared = handle === undefined ? await readShares(context, model) : await changeShare(context, { model, handle, stop });
  context.result(shared, () =>
    shared.sharedWith.length === 0 ? `${shared.ref} is shared with nobody` : `${shared.ref} is shared with:\n${formatTable(['organization', 'name', 'since'], shared.sharedWith.map(({ handle: of, name, since }) => [of, name, since]))}`,
  );
}

async function readShares(context: CommandContext, model: string): Promise<Shared> {
  const { client } = await context.connect();
  const ref = await ownRef(client, model);
  const { model: found } = await client.graphql<{ model: (Shared & { own: boolean }) | null }>(`query Shares($ref: String!) { model(ref: $ref) { own ${SHARED_FIELDS} } }`, { ref });
  if (!found?.own) throw cliErrors.NOT_FOUND({ what: `model ${ref} of your organization` });
  return found;
}

async function changeShare(context: CommandContext, { model, handle, stop }: { model: string; handle: string; stop: boolean }): Promise<Shared> {
  const { client } = await context.connect();
  const field = stop ? 'stopSharingModel' : 'shareModel';
  const answer = await client.graphql<Record<string, Shared>>(`mutation Share($input: ShareModelInput!) { ${field}(input: $input) { ${SHARED_FIELDS} } }`, { input: { model, with: handle } });
  return answer[field]!;
}

async function appeal(context: CommandContext, model: string, { note }: { readonly note: string }): Promise<void> {
  const { client } = await context.connect();
  const document = 'mutation Appeal($input: AppealTakedownInput!) { appealTakedown(input: $input) { ref takedown { reason appeal appealedAt } } }';
  const { appealTakedown } = await client.graphql<{ appealTakedown: { ref: string } }>(document, { input: { model, note } });
  context.result(appealTakedown, () => `the operator has your note on ${appealTakedown.ref}; the decision is shown by: steelyard models ${appealTakedown.ref}`);
}
