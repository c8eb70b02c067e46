import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { cliErrors } from '../errors.js';
import { formatBytes, formatTable } from '../terminal/table.js';

export function addUploads(program: Command, run: Run): void {
  const uploads = program.command('uploads').description('uploaded files that no version of your organization names');
  uploads
    .command('list')
    .description('what they take of the room there is, and when each goes by itself')
    .addHelpText('after', '\nExample:\n  $ steelyard uploads list --json')
    .action(run(listUploads));
  uploads
    .command('remove')
    .argument('[sha256...]', 'as `uploads list` shows them')
    .option('--all', 'every one of them', false)
    .description('remove them now; what a version names stays')
    .addHelpText('after', '\nExample:\n  $ steelyard uploads remove --all')
    .action(run(removeUploads));
}

interface UnpublishedFile {
  readonly sha256: string;
  readonly size: number;
  readonly received: number;
  readonly removedAt: string | null;
}

interface Uploads {
  readonly files: readonly UnpublishedFile[];
  readonly limitBytes: number;
}

const FIELDS = 'files { sha256 size received removedAt } limitBytes';

async function listUploads(context: CommandContext): Promise<void> {
  const uploads = await askForUploads(context);
  context.result(uploads, () =>
    [
      roomText(uploads),
      ...(uploads.files.length === 0 ? [] : ['', formatTable(['sha256', 'size', 'goes'], uploads.files.map((file) => [file.sha256, formatBytes(file.size), whenText(file)]))]),
    ].join('\n'),
  );
}

async function removeUploads(context: CommandContext, names: readonly string[], { all }: { readonly all: boolean }): Promise<void> {
  if (all === names.length > 0) throw cliErrors.ARGUMENT_INVALID({ argument: 'sha256', problem: 'give either files or --all' });
  const sha256s = all ? (await askForUploads(context)).files.map(({ sha256 }) => sha256) : names;
  const { client } = await context.connect();
  const document = `mutation RemoveUploads($sha256s: [String!]!) { removeUploads(sha256s: $sha256s) { ${FIELDS} } }`;
  const { removeUploads: left } = await client.graphql<{ removeUploads: Uploads }>(document, { sha256s });
  context.result({ removed: sha256s, ...left }, () => `${sha256s.length === 1 ? '1 file is' : `${sha256s.length} files are`} removed; ${roomText(left)}`);
}

async function askForUploads(context: CommandContext): Promise<Uploads> {
  const { client } = await context.connect();
  return (await client.graphql<{ unpublishedUploads: Uploads }>(`query UnpublishedUploads { unpublishedUploads { ${FIELDS} } }`)).unpublishedUploads;
}

function roomText({ files, limitBytes }: Uploads): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return `unpublished: ${formatBytes(bytes)} of ${formatBytes(limitBytes)}`;
}

function whenText({ size, received, removedAt }: UnpublishedFile): string {
  return removedAt === null ? `being sent, ${Math.floor((100 * received) / Math.max(size, 1))} %` : removedAt;
}
