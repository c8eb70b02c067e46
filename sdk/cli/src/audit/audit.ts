import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { verifyLog, type LogVerification } from '@steelyard/audit';
import { downloadFile } from '../billing/download.js';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { listSize } from '../commands/money.js';
import { cliErrors } from '../errors.js';
import { ExitCode } from '../report-failure.js';
import { formatTable } from '../terminal/table.js';

export function addAudit(program: Command, run: Run): void {
  const audit = program.command('audit').description('who changed what in your organization, and how to check that nothing of it was tampered with');
  audit
    .command('list')
    .option('--object <kind>', 'only of this sort of thing: api_key, member, channel_event, ...')
    .option('--id <id>', 'only of this one thing')
    .option('--actor <id>', 'only what this key or person:<id> did')
    .option('--first <n>', 'how many, 1 to 100', listSize, 20)
    .description('changes, newest first')
    .addHelpText('after', '\nExample:\n  $ steelyard audit list --object api_key')
    .action(run(list));
  audit
    .command('export')
    .option('--output <file>', 'default: audit-<organization>.jsonl; - for the standard output')
    .description('the whole log, as a file that can be verified')
    .addHelpText('after', '\nExample:\n  $ steelyard audit export')
    .action(run(exportLog));
  audit
    .command('verify')
    .argument('<file>', 'what `audit export` wrote')
    .option('--noted <hash>', 'the last hash of an earlier verification: what was cut off or written anew since is found by it')
    .description('follow the chain of a log from its file, without any server')
    .addHelpText('after', '\nExit code 1 with the place of the first entry that was changed, removed, put in or moved.\n\nExample:\n  $ steelyard audit verify audit-acme.jsonl')
    .action(run(verify));
}

interface Entry {
  readonly seq: string;
  readonly at: string;
  readonly actor: { readonly id: string; readonly kind: string; readonly name: string | null };
  readonly action: string;
  readonly object: string;
  readonly objectId: string;
  readonly changes: readonly { readonly field: string; readonly before: string | null; readonly after: string | null }[];
  readonly reason: string | null;
}

interface ListFlags {
  readonly object?: string;
  readonly id?: string;
  readonly actor?: string;
  readonly first: number;
}

const ENTRIES = `query AuditEntries($first: Int!, $object: String, $objectId: ID, $actor: ID) {
  auditEntries(first: $first, object: $object, objectId: $objectId, actor: $actor) {
    nodes { seq at actor { id kind name } action object objectId changes { field before after } reason requestId hash } pageInfo { hasNextPage }
  }
}`;

async function list(context: CommandContext, { id: objectId, ...flags }: ListFlags): Promise<void> {
  const { client } = await context.connect();
  const { auditEntries } = await client.graphql<{ auditEntries: { nodes: readonly Entry[] } }>(ENTRIES, { ...flags, objectId });
  const rows = auditEntries.nodes.map((entry) => [entry.seq, entry.at, entry.actor.name ?? entry.actor.id, `${entry.object} ${entry.action.toLowerCase()}`, entry.objectId, entry.reason ?? changesText(entry)]);
  context.result(auditEntries, () => (rows.length === 0 ? 'Nothing of that sort was changed.' : formatTable(['', 'at', 'who', 'what', 'id', 'reason or change'], rows)));
}

const CHANGES_SHOWN = 3;
const VALUE_LENGTH = 40;

function changesText({ action, changes }: Entry): string {
  if (action !== 'CHANGED') return '';
  const short = (text: string | null): string => (text === null ? '-' : text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}...` : text);
  const shown = changes.slice(0, CHANGES_SHOWN).map(({ field, before, after }) => `${field}: ${short(before)} -> ${short(after)}`);
  return [...shown, ...(changes.length > CHANGES_SHOWN ? [`and ${changes.length - CHANGES_SHOWN} more`] : [])].join('; ');
}

async function exportLog(context: CommandContext, { output }: { readonly output?: string }): Promise<void> {
  await downloadFile(context, { path: '/v1/audit.jsonl', fallbackName: 'audit.jsonl', output });
}

async function verify(context: CommandContext, file: string, { noted }: { readonly noted?: string }): Promise<ExitCode> {
  const verification = await verifyFile(resolve(context.io.cwd, file), noted).catch((error: NodeJS.ErrnoException) => {
    throw error.code === undefined ? error : cliErrors.FILE_UNREADABLE({ path: file, reason: error.message }, error);
  });
  context.result({ file, ...verification }, () => textOf(file, verification));
  return verification.valid ? ExitCode.ok : ExitCode.failed;
}

async function verifyFile(path: string, notedHash: string | undefined): Promise<LogVerification> {
  const stream = createReadStream(path);
  // Of a stream that fails, readline says nothing.
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  return Promise.race([verifyLog(createInterface({ input: stream, crlfDelay: Infinity }), { notedHash }), failed]).finally(() => stream.destroy());
}

function textOf(file: string, verification: LogVerification): string {
  if (!verification.valid) return `${file}\nNOT VALID${verification.line > 0 ? `, line ${verification.line}` : ''}: ${verification.problem}`;
  const { entries, organizationId, lastHash } = verification;
  if (lastHash === null) return `${file}: no entry\nvalid`;
  return [`${file}: ${entries} entries of the organization ${organizationId}`, `  last hash: ${lastHash}`, '  note it: given as --noted, it tells later whether anything up to here is gone or other than it was', 'valid'].join('\n');
}
