import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { KEY_FILE_OPTION, keyFileOf } from '../commands/operator-key.js';
import { cliErrors } from '../errors.js';
import { formatTable } from '../terminal/table.js';

export function addCorrection(usage: Command, run: Run): void {
  usage
    .command('correct')
    .argument('<prediction...>', 'ids of calls, as `usage` shows them; up to 1000, all of them or none')
    .requiredOption('--reason <text>', 'stands on the credit notes')
    .option(...KEY_FILE_OPTION)
    .description("the operator's: take charges back, with credit notes")
    .addHelpText('after', '\nExample:\n  $ steelyard usage correct 0193a0f2-... --reason "the model answered with noise"')
    .action(run(correct));
}

interface CreditNote {
  readonly number: string;
  readonly period: number;
  readonly total: string;
  readonly currency: string;
  readonly invoice: { readonly number: string } | null;
}

interface Answer {
  readonly correctUsage:
    | { readonly __typename: 'UsageCorrected'; readonly id: string; readonly creditNotes: readonly CreditNote[] }
    | { readonly __typename: 'CorrectionRefused'; readonly problems: readonly { readonly eventId: string; readonly problem: string }[] };
}

const CORRECT = `mutation CorrectUsage($input: CorrectUsageInput!) {
  correctUsage(input: $input) {
    __typename
    ... on UsageCorrected { id creditNotes { id number period total currency invoice { number } } }
    ... on CorrectionRefused { problems { eventId problem } }
  }
}`;

const PROBLEMS: Readonly<Record<string, string>> = {
  UNKNOWN: 'is no call that there is',
  REPEATED: 'is named twice',
  CORRECTED: 'was taken back before',
  FAILED: 'failed, and cost nothing',
  FREE: 'cost nothing',
};

async function correct(context: CommandContext, eventIds: readonly string[], { reason }: { readonly reason: string }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const { correctUsage } = await client.graphql<Answer>(CORRECT, { input: { eventIds, reason } });
  if (correctUsage.__typename === 'CorrectionRefused') {
    throw cliErrors.CORRECTION_REFUSED({ problems: correctUsage.problems.map(({ eventId, problem }) => ({ eventId, problem: PROBLEMS[problem] ?? problem })) });
  }
  const { id, creditNotes } = correctUsage;
  const rows = creditNotes.map((note) => [note.number, String(note.period), `${note.total} ${note.currency}`, note.invoice?.number ?? 'not invoiced yet']);
  context.result({ id, creditNotes }, () => `${eventIds.length} charges are taken back\n\n${formatTable(['credit note', 'month', 'given back', 'invoice'], rows)}`);
}
