import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { receiptText } from './receipt-text.js';
import { verifyReceiptFile } from './verify-receipt-file.js';

export function addReceipt(program: Command, run: Run): void {
  const receipt = program
    .command('receipt')
    .argument('<prediction-id>', 'as `run` and `usage` show it')
    .option('--out <file>', 'write it there: the signed receipt, or the keys')
    .description('what a prediction was charged for, signed by the platform')
    .addHelpText('after', '\nExamples:\n  $ steelyard receipt 0193... --out seven.jws\n  $ steelyard receipt keys --out keys.json\n  $ steelyard receipt verify seven.jws --prediction 0193... --keys keys.json --image seven.png --output seven.json')
    .action(run(showReceipt));
  receipt.command('keys').description("the platform's public keys: have them once, and check receipts offline").action(run(showKeys));
  receipt
    .command('verify')
    .argument('<file>', 'a signed receipt; - reads it from stdin')
    .argument('[fields...]', 'input fields, as for `run`: name=value or name=@file')
    .option('--keys <file>', "the platform's keys, as `receipt keys` wrote them; else the platform is asked")
    .option('--prediction <id>', 'the prediction that it must be of: equal calls have equal inputs and outputs')
    .option('--organization <id>', 'the id of the organization that it must charge')
    .option('--input <file>', 'the input that was sent, as JSON, or as CBOR in a file *.cbor')
    .option('--image <file>', 'the same as image=@file')
    .option('--output <file>', 'the answer, as JSON, or as CBOR in a file *.cbor')
    .description('check a receipt: its signature, its amount, and that it is of this prediction, organization, input and output; exit code 1 when it is not good')
    .addHelpText('after', '\nExamples:\n  $ steelyard receipt verify seven.jws --keys keys.json\n  $ steelyard receipt verify seven.jws --prediction 0193... --image seven.png --output seven.json')
    .action(run(verifyReceiptFile));
}

async function showReceipt(context: CommandContext, id: string, { out }: { readonly out?: string }): Promise<void> {
  const { client } = await context.connect();
  const signed = await client.predictions.receipt(id);
  if (out !== undefined) await writeFile(resolve(context.io.cwd, out), `${signed.jws}\n`);
  context.result(signed, () => receiptText(signed.receipt));
  context.note(context.style.dim(out === undefined ? 'nothing was checked; keep the signed receipt with --out <file>' : `${out} is written; check it with: steelyard receipt verify ${out} --prediction ${id}`));
}

/** `--out` stands on the group, before or after its sub-command. */
async function showKeys(context: CommandContext, _flags: object, command: Command): Promise<void> {
  const { out } = command.optsWithGlobals<{ readonly out?: string }>();
  const { client } = await context.connectAsNobody();
  const keys = await client.receiptKeys();
  if (out !== undefined) await writeFile(resolve(context.io.cwd, out), `${JSON.stringify(keys, null, 2)}\n`);
  context.result(keys, () => keys.keys.map(({ kid, exp }) => `${kid}  ${exp === undefined ? 'in use' : `until ${new Date(exp * 1_000).toISOString()}`}`).join('\n'));
  if (out !== undefined) context.note(context.style.dim(`${out} is written`));
}
