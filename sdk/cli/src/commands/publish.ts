import { resolve } from 'node:path';
import { type PackageFolder, readPackageFolder } from '@steelyard/model-package';
import { signVersion, statementOf } from '@steelyard/model-package/signature';
import type { Command } from 'commander';
import type { CommandContext, Connected } from '../command-context.js';
import { type Publication, type PublicationEvent, type PublishOptions, startPublication } from '../publish/publication.js';
import { stageReporter } from '../publish/show-stages.js';
import { uploadFiles, type UploadReport } from '../publish/upload-files.js';
import { watchPublication } from '../publish/watch-publication.js';
import { ExitCode } from '../report-failure.js';
import { privateKeyOf } from '../signing/key-file.js';
import { ProgressBar } from '../terminal/progress-bar.js';
import { safeText } from '../terminal/safe-text.js';
import { formatBytes } from '../terminal/table.js';
import { asFolder, type FileFlags } from '../publish/as-folder.js';
import { checkAsAsked } from '../publish/check-as-asked.js';
import type { Run } from './command-action.js';

interface PublishFlags extends FileFlags {
  readonly channel?: string;
  readonly public: boolean;
  readonly sign?: string;
}

export function addPublish(program: Command, run: Run): void {
  program
    .command('publish')
    .argument('[path]', 'folder with model.yaml, or an ONNX file', '.')
    .option('--channel <name>', 'release the version to this channel; the first one goes to stable by itself')
    .option('--public', 'list the model for everybody', false)
    .option('--sign <file>', 'sign it with this private key, of `signing-key create`')
    .option('--price <amount>', 'of an ONNX file: what a call costs, in US dollars, or free')
    .option('--name <name>', 'of an ONNX file: the name of the model; default: that of the file')
    .option('--license <spdx>', 'of an ONNX file; default: none is stated, and the model cannot be public')
    .option('--intended-use <text>', 'of an ONNX file: for whom and for what it was made; needed with --public')
    .description('publish a package or an ONNX file: files that are lacking are sent, the samples run, the version is listed')
    .addHelpText('after', '\nExamples:\n  $ steelyard publish ./digits --public\n  $ steelyard publish model.onnx --price 0.001\n  $ steelyard publish --channel beta --json')
    .action(
      run(async (context: CommandContext, path: string, { channel, public: isPublic, sign, ...flags }: PublishFlags) =>
        asFolder(context, path, flags, (dir) => publishFolder(context, dir, { channel, isPublic, sign, dryRun: false })),
      ),
    );
}

/**
 * Uploads, publishes and follows it to its end. A publication that fails is a result, not an exception.
 * @throws CLI.NOT_AS_ASKED and as {@link checkAsAsked} for a version that was published before
 */
export async function publishFolder(context: CommandContext, dir: string, options: PublishOptions): Promise<ExitCode> {
  const { sign, ...wish } = options;
  const folder = await readPackageFolder(resolve(context.io.cwd, dir));
  const privateKey = sign === undefined ? undefined : await privateKeyOf(context.io, sign);
  const connected = await context.connect();
  // Asked first: a key that is not good is said so here, in words; a HEAD answer has none.
  const { viewer } = await connected.client.graphql<{ viewer: { organization: { handle: string } } }>('{ viewer { organization { handle } } }');
  const { handle } = viewer.organization;
  const ref = `${handle}/${folder.manifest.name}@${folder.manifest.version}`;
  const upload = await sendFiles(context, connected, { folder, ref });
  const signature = privateKey && signVersion(statementOf(handle, folder.manifest, folder.files), privateKey);
  const started = await startPublication(connected.client, folder, { ...wish, signature });
  const events: PublicationEvent[] = [];
  const show = stageReporter(context);
  const publication = await watchPublication(connected, started.id, {
    onEvent: (event) => {
      events.push(event);
      show(event);
    },
  });
  if (isThere(publication) && !publication.dryRun) await checkAsAsked(connected.client, ref, wish);
  return conclude(context, { ref, publication, upload, events });
}

/** Whether the version was published before, with the same content. */
function isThere({ error }: Publication): boolean {
  return error?.code === 'CATALOG.VERSION_EXISTS' && (error.details as { sameContent?: boolean } | undefined)?.sameContent === true;
}

async function sendFiles(context: CommandContext, connected: Connected, { folder, ref }: { folder: PackageFolder; ref: string }): Promise<UploadReport> {
  const totalBytes = [...new Map(folder.files.map(({ sha256, size }) => [sha256, size])).values()].reduce((sum, size) => sum + size, 0);
  const bar = new ProgressBar(context.io.stderr, `sending ${ref}`, totalBytes);
  try {
    const report = await uploadFiles({ client: connected.client, folder, onProgress: (bytes) => !context.flags.json && bar.update(bytes) });
    bar.clear();
    context.note(`${context.style.bold(ref)}  ${report.filesSent} files sent (${formatBytes(report.bytesSent)}), ${report.filesKnown} were there`);
    return report;
  } finally {
    bar.clear();
  }
}

interface Outcome {
  readonly ref: string;
  readonly publication: Publication;
  readonly upload: UploadReport;
  readonly events: readonly PublicationEvent[];
}

function conclude(context: CommandContext, { ref, publication, upload, events }: Outcome): ExitCode {
  const { error } = publication;
  if (publication.status === 'SUCCEEDED') {
    context.result({ ref, publication, upload, events }, () => (publication.dryRun ? `${ref} passes; nothing was published` : `${ref} is published`));
    return ExitCode.ok;
  }
  // The same package again, e.g. by a CI job that is run once more.
  if (isThere(publication)) {
    context.result({ ref, unchanged: true, publication, upload, events }, () => `${ref} is published already, with the same content; nothing was changed`);
    return ExitCode.ok;
  }
  if (context.flags.json) {
    context.result({ error, ref, publication, upload, events }, () => '');
    return ExitCode.failed;
  }
  const { style, io } = context;
  io.stderr.write(`${style.red('error:')} ${ref} was not ${publication.dryRun ? 'passed' : 'published'}: ${safeText(error?.message ?? 'it failed')}\n`);
  if (error?.fix) io.stderr.write(`${style.bold('what to do:')} ${safeText(error.fix)}\n`);
  io.stderr.write(style.dim(`${safeText(error?.code ?? 'UNKNOWN')}, publication ${publication.id}\n`));
  return ExitCode.failed;
}
