import { type Command, Option } from 'commander';
import { formatNano } from '@steelyard/kernel';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { listSize } from '../commands/money.js';
import { formatTable } from '../terminal/table.js';
import { download } from './download.js';
import { verify } from './verify.js';

const DOCUMENT = 'its number or its id, as the list shows it';
const OUTPUT = ['--output <file>', 'default: <number>.jsonl; - for the standard output'] as const;

export function addDocuments(program: Command, run: Run): void {
  const invoice = program.command('invoice').description('what your organization was charged, and how to check it');
  invoice
    .command('list')
    .addOption(new Option('--kind <kind>', 'only these').choices(['invoice', 'credit-note']))
    .option('--first <n>', 'how many, 1 to 100', listSize, 20)
    .description('invoices and credit notes, newest first')
    .addHelpText('after', '\nExample:\n  $ steelyard invoice list')
    .action(run(listInvoices));
  invoice.command('show').argument('<invoice>', DOCUMENT).description('an invoice, line by line').addHelpText('after', '\nExample:\n  $ steelyard invoice show SY-2026-000042').action(run(showInvoice));
  invoice
    .command('download')
    .argument('<invoice>', DOCUMENT)
    .option(...OUTPUT)
    .description('an invoice with every call of it, as a file that can be verified')
    .addHelpText('after', '\nExample:\n  $ steelyard invoice download SY-2026-000042')
    .action(run(download));
  invoice
    .command('verify')
    .argument('<file...>', 'invoices, credit notes or statements; of several, in any order, each is held against the one before it')
    .description('compute a document again from its file, without any server')
    .addHelpText('after', '\nExit code 1 with the first difference. Of documents that are not among the files the links are named, and not checked.\n\nExample:\n  $ steelyard invoice verify SY-2026-000042.jsonl')
    .action(run(verify));
  const statement = program.command('statement').description('what your organization earned with its models');
  statement.command('list').option('--first <n>', 'how many, 1 to 100', listSize, 20).description('month by month, newest first').addHelpText('after', '\nExample:\n  $ steelyard statement list').action(run(listStatements));
  statement.command('download').argument('<statement>', DOCUMENT).option(...OUTPUT).description('a statement with every call of it, as a file that can be verified').addHelpText('after', '\nExample:\n  $ steelyard statement download SY-ST-2026-000007').action(run(download));
}

interface Listed {
  readonly id: string;
  readonly number: string;
  readonly period: number;
  readonly currency: string;
}

interface Invoice extends Listed {
  readonly kind: 'INVOICE' | 'CREDIT_NOTE';
  readonly paid: boolean | null;
  readonly amount: string;
  readonly taxAmount: string;
  readonly total: string;
  readonly tax: { readonly basisPoints: number; readonly label: string; readonly id: string };
  readonly reason: string | null;
  readonly invoice: { readonly number: string } | null;
  readonly lines: readonly { readonly name: string | null; readonly versionId: string; readonly unit: string; readonly calls: number; readonly free: number; readonly quantity: string; readonly amount: string }[];
  readonly hash: string;
}

const INVOICES = `query Invoices($first: Int!, $kind: InvoiceKind) {
  invoices(first: $first, kind: $kind) { nodes { id kind number period currency issuedAt paid total hash invoice { number } } pageInfo { hasNextPage } }
}`;

async function listInvoices(context: CommandContext, { kind, first }: { readonly kind?: string; readonly first: number }): Promise<void> {
  const { client } = await context.connect();
  const { invoices } = await client.graphql<{ invoices: { nodes: readonly Invoice[] } }>(INVOICES, { first, kind: kind?.toUpperCase().replace('-', '_') });
  context.result(invoices, () => (invoices.nodes.length === 0 ? 'No month has been invoiced yet.' : formatTable(['number', 'month', 'total', 'state', 'id'], invoices.nodes.map((item) => [item.number, String(item.period), `${item.total} ${item.currency}`, stateOf(item), item.id]))));
}

const INVOICE = `query Invoice($id: ID!) {
  invoice(id: $id) {
    id kind number period currency issuedAt paid amount taxAmount total reason hash previousHash chainHash file
    tax { basisPoints label id } invoice { number }
    lines { name modelId versionId priceId unit calls failed free quantity amountNano amount }
  }
}`;

async function showInvoice(context: CommandContext, id: string): Promise<void> {
  const { client } = await context.connect();
  const { invoice } = await client.graphql<{ invoice: Invoice }>(INVOICE, { id });
  context.result(invoice, () => {
    const { number, period, currency, amount, tax, taxAmount, total, reason, lines, hash } = invoice;
    const rows = lines.map((line) => [line.name ?? line.versionId, line.unit, String(line.calls), String(line.free), line.quantity, line.amount]);
    const sums = tax.basisPoints > 0 ? [`amount ${amount} ${currency}`, `${tax.label} ${taxAmount} ${currency}${tax.id && ` (${tax.id})`}`] : [];
    return [`${number} for ${period}, ${stateOf(invoice)}`, ...(reason === null ? [] : [reason]), '', formatTable(['model', 'unit', 'calls', 'free', 'parts', 'amount'], rows), '', ...sums, `total ${total} ${currency}`, `sha256 ${hash}`].join('\n');
  });
}

function stateOf({ kind, paid, invoice }: Invoice): string {
  if (kind === 'CREDIT_NOTE') return invoice ? `credit note to ${invoice.number}` : 'credit note';
  return paid ? 'paid' : 'open: the balance does not cover it';
}

interface Statement extends Listed {
  readonly grossNano: string;
  readonly feeNano: string;
  readonly correctedNano: string;
  readonly net: string;
}

const STATEMENTS = `query Statements($first: Int!) {
  statements(first: $first) { nodes { id number period currency issuedAt grossNano feeNano correctedNano correctedFeeNano netNano net hash } pageInfo { hasNextPage } }
}`;

async function listStatements(context: CommandContext, { first }: { readonly first: number }): Promise<void> {
  const { client } = await context.connect();
  const { statements } = await client.graphql<{ statements: { nodes: readonly Statement[] } }>(STATEMENTS, { first });
  const decimal = (nano: string): string => formatNano(BigInt(nano));
  context.result(statements, () =>
    statements.nodes.length === 0
      ? 'No month has been closed in which others called your models.'
      : formatTable(['number', 'month', 'gross', 'fee', 'taken back', 'net', 'id'], statements.nodes.map((item) => [item.number, String(item.period), decimal(item.grossNano), decimal(item.feeNano), decimal(item.correctedNano), `${item.net} ${item.currency}`, item.id])),
  );
}
