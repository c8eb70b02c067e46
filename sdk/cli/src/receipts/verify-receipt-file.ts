import { verifyReceipt, type ReceiptKeySet } from '@steelyard/client/receipts';
import type { CommandContext } from '../command-context.js';
import type { CommandIo } from '../command-io.js';
import { readAll, readBytes, readInput } from '../commands/calls/run.js';
import { cliErrors } from '../errors.js';
import { ExitCode } from '../report-failure.js';
import { checksText } from './receipt-text.js';

interface VerifyFlags {
  readonly keys?: string;
  readonly prediction?: string;
  readonly organization?: string;
  readonly input?: string;
  readonly image?: string;
  readonly output?: string;
}

/** Says of each check how it came out. Asks nobody where the keys are given. */
export async function verifyReceiptFile(context: CommandContext, file: string, fields: readonly string[], flags: VerifyFlags): Promise<ExitCode> {
  const { io } = context;
  const jws = await readJws(io, file);
  const input = await readSent(io, fields, flags);
  const output = flags.output === undefined ? undefined : await readValue(io, flags.output);
  const keys = await readKeys(context, flags.keys);
  const checked = await verifyReceipt(jws, { keys, predictionId: flags.prediction, organizationId: flags.organization, input, output });
  const { valid, problem } = checked;
  context.result(checked, () => checksText(checked));
  context.note(problem ? context.style.red(`not good: ${problem.reason}`) : context.style.green('good'));
  return valid ? ExitCode.ok : ExitCode.failed;
}

/** A compact JWS, or the JSON that `receipt --json` and the platform's route give. */
async function readJws(io: CommandIo, file: string): Promise<string> {
  const text = (file === '-' ? await readAll(io) : await readText(io, file)).trim();
  if (!text.startsWith('{')) return text;
  const { jws } = parse(text, file) as { jws?: unknown };
  if (typeof jws !== 'string') throw cliErrors.FILE_UNREADABLE({ path: file, reason: 'it has no field "jws"' });
  return jws;
}

async function readKeys(context: CommandContext, file: string | undefined): Promise<ReceiptKeySet> {
  if (file === undefined) return (await context.connectAsNobody()).client.receiptKeys();
  const set = parse(await readText(context.io, file), file) as Partial<ReceiptKeySet> | null;
  if (!Array.isArray(set?.keys)) throw cliErrors.FILE_UNREADABLE({ path: file, reason: 'it is no JWK Set: {"keys": [...]}' });
  return set as ReceiptKeySet;
}

async function readSent(io: CommandIo, fields: readonly string[], { input, image }: VerifyFlags): Promise<unknown> {
  if (input?.endsWith('.cbor')) return readBytes(io, input);
  return input === undefined && image === undefined && fields.length === 0 ? undefined : readInput(io, fields, { ...(input !== undefined && { input }), ...(image !== undefined && { image }) });
}

async function readValue(io: CommandIo, file: string): Promise<unknown> {
  return file.endsWith('.cbor') ? readBytes(io, file) : parse(await readText(io, file), file);
}

async function readText(io: CommandIo, file: string): Promise<string> {
  return Buffer.from(await readBytes(io, file)).toString('utf8');
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw cliErrors.FILE_UNREADABLE({ path, reason: `it is no JSON: ${(error as Error).message}` }, error);
  }
}
