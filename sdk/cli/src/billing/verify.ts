import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NANO_PER_CENT, verifyDocument, type InvoiceResult, type IssuedDocument, type StatementResult, type Verification } from '@steelyard/invoice';
import { formatNano } from '@steelyard/kernel';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { ExitCode } from '../report-failure.js';
import { ProgressBar } from '../terminal/progress-bar.js';
import { linksOf, type DocumentLink } from './document-links.js';

interface FileReport {
  readonly file: string;
  readonly verification: Verification;
  readonly link: DocumentLink;
}

/** Verifies files one after the other, and then how they hang together. @returns 1 when anything in any of them is not as it ought to be */
export async function verify(context: CommandContext, files: readonly string[]): Promise<ExitCode> {
  const verifications: Verification[] = [];
  for (const file of files) verifications.push(await verifyFile(context, file));
  const links = linksOf(verifications.map(({ valid, document }) => (valid ? document : undefined)));
  const reports = files.map((file, index): FileReport => ({ file, verification: verifications[index]!, link: links[index]! }));
  context.result(reports.length === 1 ? jsonOf(reports[0]!) : reports.map(jsonOf), () => reports.map(textOf).join('\n\n'));
  return reports.every(({ verification, link }) => verification.valid && link.outcome !== 'failed') ? ExitCode.ok : ExitCode.failed;
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

function jsonOf({ file, verification, link: { outcome, reason, subject } }: FileReport) {
  const { valid, document, checked } = verification;
  const { number, hash } = document ?? {};
  const linkDifference = outcome === 'failed' ? { line: 1, subject, problem: reason } : undefined;
  const difference = valid ? linkDifference : verification.difference;
  return { file, valid: difference === undefined, number, kind: document?.header.kind, hash, checked, link: { outcome, reason }, difference };
}

function textOf({ file, verification, link }: FileReport): string {
  const { document, checked } = verification;
  const head = document ? `${file}: ${describe(document)}` : file;
  if (!verification.valid) {
    const { line, subject, problem } = verification.difference;
    return `${head}\nNOT VALID, line ${line}: ${subject} ${problem.startsWith('it') ? `- ${problem}` : problem}`;
  }
  if (link.outcome === 'failed') return `${head}\nNOT VALID: ${link.reason}`;
  return [
    head,
    `  ${checked.prices} prices, ${checked.rows} calls: each rated again, and as its price says`,
    `  ${checked.lines} lines: added up again${document!.header.kind === 'statement' ? ', with fees and what was taken back' : ', and cents, tax and total with them'}`,
    `  chain of hashes: ends in ${document!.result.chainHash}, as the document says`,
    `  document: sha256 ${document!.hash}`,
    `  before it: ${document!.previousHash ?? 'none of this kind'}`,
    ...(link.outcome === 'skipped' ? [`  not checked: ${link.reason}`] : []),
    'valid',
  ].join('\n');
}

const KINDS = { invoice: 'invoice', credit_note: 'credit note', statement: 'statement' } as const;

function describe({ header, number, organization, result }: IssuedDocument): string {
  const { kind, period, currency } = header;
  const nano = kind === 'statement' ? BigInt((result as StatementResult).netNano) : BigInt((result as InvoiceResult).totalCents) * NANO_PER_CENT;
  return `${KINDS[kind]} ${number} of ${organization.name} (${organization.handle}) for ${period}: ${formatNano(nano)} ${currency}`;
}
