/** The last month is closed, and its invoice computed again by the consumer, who needs nothing for that but the file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/prepare.mjs';
import { graphql } from './graphql.mjs';
import { run, steelyard } from './processes.mjs';

const WAIT_MS = 30_000;

/** Documents are issued in the background; {@link checkInvoice} waits for them. */
export async function closeMonth({ url }, { operator }, period) {
  await graphql(url, operator, 'mutation ($period: Int!) { closePeriod(period: $period) { period } }', { period });
}

/** Shows the invoice of a month, verifies its file, then the file with one digit changed; gives what machines are told of it. */
export async function checkInvoice({ url, dataDir, screen }, { consumer }, period) {
  const { number, total, currency, lines } = await issued(url, consumer, period);
  screen.title(`The invoice of ${String(period).replace(/(?=..$)/, '-')}`);
  for (const { name, calls, unit, amount } of lines) screen.row(name, `${calls} calls by ${unit}: ${amount} ${currency}`);
  screen.row(`total of ${number}`, `${total} ${currency}`);
  const file = join(dataDir, `${number}.jsonl`);
  await steelyard(['invoice', 'download', number, '--output', file], consumer);
  const { valid, checked } = await verify(file);
  if (!valid) throw new Error(`the file of ${number} does not verify`);
  screen.step(`verified from its file alone: ${checked.rows} calls rated again, all sums and hashes as it says`);
  const changed = join(dataDir, `${number}-changed.jsonl`);
  const { line, change } = changeDigit(readFileSync(file, 'utf8'), changed);
  const { difference } = await verify(changed);
  if (difference?.line !== line) throw new Error(`a digit was changed in line ${line} of the file of ${number}, and that is not what was found`);
  screen.step(`with one digit changed (${change}) it is refused, at line ${difference.line}: call ${difference.subject}: ${difference.problem}`);
  return { number, totalCents: String(BigInt(total.replace('.', ''))), calls: checked.rows, verified: true, changedDigit: 'found' };
}

async function issued(url, consumer, period) {
  for (const endMs = Date.now() + WAIT_MS; Date.now() < endMs; await new Promise((later) => setTimeout(later, 100))) {
    const { invoices } = await graphql(url, consumer, '{ invoices(first: 1, kind: INVOICE) { nodes { number period total currency lines { name unit calls amount } } } }');
    if (invoices.nodes[0]?.period === period) return invoices.nodes[0];
  }
  throw new Error(`no invoice of ${period} came within ${WAIT_MS / 1_000} s`);
}

/** The command as anybody has it: without a key, and with an address where nothing is. */
async function verify(file) {
  const { code, stdout, stderr } = await run([join(root, 'sdk/cli/bin/steelyard.mjs'), 'invoice', 'verify', file, '--json'], { STEELYARD_URL: 'http://offline.invalid', STEELYARD_API_KEY: '' });
  if (code > 1) throw new Error(`steelyard invoice verify ended with code ${code}: ${stderr || stdout}`);
  return JSON.parse(stdout);
}

/** Makes one call in the middle of the file a little dearer. */
function changeDigit(text, file) {
  const lines = text.split('\n');
  const priced = /(?<="amountNano":")[1-9]\d*(?=")/;
  const at = lines.findIndex((line, index) => index > lines.length / 2 && line.includes('"type":"usage"') && priced.test(line));
  const [found] = priced.exec(lines[at]);
  const dearer = found.replace(/\d$/, (end) => String((Number(end) + 1) % 10));
  lines[at] = lines[at].replace(priced, dearer);
  writeFileSync(file, lines.join('\n'));
  return { line: at + 1, change: `${found} to ${dearer}` };
}
