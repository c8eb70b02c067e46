import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NANO_PER_CENT, verifyDocument, type InvoiceResult, type IssuedDocument, type StatementResult, type Verification } from '@steelyard/invoice';
import { formatNano } from '@steelyard/kernel';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { ExitCode } from '../report-failure.js';
import { ProgressBar } from '../terminal/progress-bar.js';

interface FileReport {
  readonly file: string;
  readonly verification: Verification;
  /** Of several files: how this one does not follow the one before it. */
  readonly linkProblem?: string | undefined;
}

/** Verifies files one after the other. @returns 1 when anything in any of them is not as it ought to be */
export async function verify(context: CommandContext, files: readonly string[]): Promise<ExitCode> {
  const reports: FileReport[] = [];
  for (const file of files) {
    const verification = await verifyFile(context, file);
    reports.push({ file, verification, linkProblem: linkProblem(reports.at(-1)?.verification.document, verification.document) });
  }
  context.result(reports.length === 1 ? jsonOf(reports[0]!) : reports.map(jsonOf), () => reports.map(textOf).join('\n\n'));
  return reports.every(({ verification, linkProblem: problem }) => verification.valid && problem === undefined) ? ExitCode.ok : ExitCode.failed;
}

async function verifyFile(context: CommandContext, file: string): Promise<Verification> {
  try {
    const path = resolve(context.io.cwd, file);
    const { size } = await stat(path);
    const bar = new ProgressBar(context.io.stderr, 'verifying', size);
    const stream = createReadStream(path);
    const verification = await verifyDocument(stream, { onProgress: () => bar.update(stream.bytesRead) }).finally(() => stream.destroy());
    bar.clear();
    return verification;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : cliErrors.FILE_UNREADABLE({ path: file, reason: message }, error);
  }
}

/** Documents of one kind and organization, one right after the other, hang together by the hash of the earlier one. */
function linkProblem(before: IssuedDocument | undefined, after: IssuedDocument | undefined): string | undefined {
  if (!before || !after || before.header.kind !== after.header.kind || before.header.organizationId !== after.header.organizationId || before.place + 1 !== after.place) return undefined;
  return after.previousHash === before.hash ? undefined : `it says that ${before.number} had the hash ${after.previousHash}, and that is ${before.hash}`;
}

function jsonOf({ file, verification, linkProblem: link }: FileReport) {
  const { valid, document, checked } = verification;
  const { number, hash } = document ?? {};
  return { file, valid: valid && link === undefined, number, kind: document?.header.kind, hash, checked, difference: valid ? (link && { line: 1, subject: 'previousHash', problem: link }) : verification.difference };
}

function textOf({ file, verification, linkProblem: link }: FileReport): string {
  const { document, checked } = verification;
  const head = document ? `${file}: ${describe(document)}` : file;
  if (!verification.valid) {
    const { line, subject, problem } = verification.difference;
    return `${head}\nNOT VALID, line ${line}: ${subject} ${problem.startsWith('it') ? `- ${problem}` : problem}`;
  }
  if (link !== undefined) return `${head}\nNOT VALID: ${link}`;
  return [
    head,
    `  ${checked.prices} prices, ${checked.rows} calls: each rated again, and as its price says`,
    `  ${checked.lines} lines: added up again${document!.header.kind === 'statement' ? ', with fees and what was taken back' : ', and cents, tax and total with them'}`,
    `  chain of hashes: ends in ${document!.result.chainHash}, as the document says`,
    `  document: sha256 ${document!.hash}`,
    `  before it: ${document!.previousHash ?? 'none of this kind'}`,
    'valid',
  ].join('\n');
}

const KINDS = { invoice: 'invoice', credit_note: 'credit note', statement: 'statement' } as const;

function describe({ header, number, organization, result }: IssuedDocument): string {
  const { kind, period, currency } = header;
  const nano = kind === 'statement' ? BigInt((result as StatementResult).netNano) : BigInt((result as InvoiceResult).totalCents) * NANO_PER_CENT;
  return `${KINDS[kind]} ${number} of ${organization.name} (${organization.handle}) for ${period}: ${formatNano(nano)} ${currency}`;
}
