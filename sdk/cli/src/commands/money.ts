import { formatNano } from '@steelyard/kernel';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from './command-action.js';

export function addMoney(program: Command, run: Run): void {
  program
    .command('balance')
    .option('--currency <code>', "ISO 4217; default: the server's")
    .description("your organization's credit and earnings")
    .addHelpText('after', '\nExample:\n  $ steelyard balance')
    .action(run(showBalance));
}

interface Balance {
  readonly currency: string;
  readonly available: string;
  readonly earned: string;
  readonly heldNano: string;
}

async function showBalance(context: CommandContext, { currency }: { readonly currency?: string }): Promise<void> {
  const { client } = await context.connect();
  const document = 'query Balance($currency: String) { balance(currency: $currency) { currency available earned availableNano heldNano postedNano earnedNano } }';
  const { balance } = await client.graphql<{ balance: Balance }>(document, { currency });
  context.result(balance, () =>
    [`available  ${balance.available} ${balance.currency}`, `held       ${formatNano(BigInt(balance.heldNano))} ${balance.currency} for calls that are running`, `earned     ${balance.earned} ${balance.currency}`].join('\n'),
  );
}

export function listSize(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100) throw new InvalidArgumentError('must be a whole number from 1 to 100.');
  return value;
}
