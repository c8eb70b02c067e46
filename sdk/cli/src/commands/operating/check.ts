import { formatNano } from '@steelyard/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.js';
import { ExitCode } from '../../report-failure.js';
import { formatTable } from '../../terminal/table.js';
import type { Run } from '../command-action.js';
import { keyFileOf } from '../operator-key.js';

export function addCheck(operator: Command, run: Run): void {
  operator
    .command('check')
    .description('whether the ledger balances and nothing is stuck; exit code 1 when somebody has to look')
    .addHelpText('after', '\nFor a timer, and for whoever begins the day. Calls that a crash has ended and alerts that were given up are told of, and are no fault.\nExamples:\n  $ steelyard operator check\n  $ steelyard operator check --json')
    .action(run(check));
}

const DOCUMENT = `query OperatorCheck {
  trialBalance { currency balanced debitsNano totals { kind accounts balanceNano heldNano } }
  outbox { id organization key error }
  waitingStripeEvents { id type objectId attempts error }
  periods { period stuck { kind organization currency problem attempts } }
  reconciliations(first: 30) { day matched differences { subject action } }
  undeliveredAlerts { organization budgetName problem raisedAt }
  usageRecoveries(first: 100, action: VOID) { nodes { eventId organization action detail createdAt } }
  usagePutAside: usageRecoveries(first: 100, action: REFUSED) { nodes { eventId organization action detail createdAt } }
}`;

interface Found {
  readonly trialBalance: readonly {
    readonly currency: string;
    readonly balanced: boolean;
    readonly debitsNano: string;
    readonly totals: readonly { readonly kind: string; readonly accounts: number; readonly balanceNano: string; readonly heldNano: string }[];
  }[];
  readonly outbox: readonly { readonly id: string; readonly organization: string; readonly key: string; readonly error: string | null }[];
  readonly waitingStripeEvents: readonly { readonly id: string; readonly type: string; readonly error: string }[];
  readonly periods: readonly { readonly period: number; readonly stuck: readonly { readonly kind: string; readonly organization: string; readonly problem: string }[] }[];
  readonly reconciliations: readonly { readonly day: string; readonly matched: boolean; readonly differences: readonly { readonly subject: string; readonly action: string }[] }[];
  readonly undeliveredAlerts: readonly object[];
  /** Calls that a crash has ended. */
  readonly usageRecoveries: Recoveries;
  readonly usagePutAside: Recoveries;
}

interface Recoveries {
  readonly nodes: readonly { readonly eventId: string; readonly detail: string }[];
}

/** A use is a debit of two accounts at least, so that none of them has counted more than three quarters of what a BIGINT holds below this. */
const NEARLY_FULL_NANO = ((2n ** 63n - 1n) * 3n) / 2n;
const NEARLY_FULL = 'its accounts may come near what they can count: see "What the ledger can count" in docs/guides/operate-money.md';

/** Something that somebody has to look at. */
type Finding = readonly [what: string, which: string, problem: string];

async function check(context: CommandContext, _flags: object, command: Command): Promise<ExitCode> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const found = await client.graphql<Found>(DOCUMENT);
  const findings = findingsOf(found);
  context.result({ ok: findings.length === 0, ...found }, () => {
    const verdict = findings.length === 0 ? 'the ledger balances and nothing is stuck' : formatTable(['what', 'which', 'problem or what to do'], findings);
    return [...found.trialBalance.map(booksText), verdict, ...notes(found)].join('\n\n');
  });
  return findings.length === 0 ? ExitCode.ok : ExitCode.failed;
}

function findingsOf({ trialBalance, outbox, waitingStripeEvents, periods, reconciliations, usagePutAside }: Found): Finding[] {
  return [
    ...trialBalance.flatMap(({ currency, balanced }): Finding[] => (balanced ? [] : [['ledger', currency, 'does not balance: stop payouts, keep a backup, and report it']])),
    ...trialBalance.flatMap(({ currency, debitsNano }): Finding[] => (BigInt(debitsNano) > NEARLY_FULL_NANO ? [['ledger', currency, NEARLY_FULL]] : [])),
    ...outbox.map(({ id, key, error }): Finding => ['outbox', id, `${key}: ${error ?? 'not answered'}; steelyard operator resolve`]),
    ...waitingStripeEvents.map(({ id, type, error }): Finding => ['event of Stripe', id, `${type}: ${error}`]),
    ...periods.flatMap(({ period, stuck }) => stuck.map(({ kind, organization, problem }): Finding => [`${kind} of ${period}`, organization, problem])),
    ...reconciliations.flatMap(({ day, differences }) => differences.map(({ subject, action }): Finding => [`reconciliation of ${day}`, subject, action])),
    ...usagePutAside.nodes.map(({ eventId, detail }): Finding => ['usage put aside', eventId, `${detail}: report it`]),
  ];
}

function booksText({ currency, totals }: Found['trialBalance'][number]): string {
  const rows = totals.map(({ kind, accounts, balanceNano, heldNano }) => [kind, String(accounts), formatNano(BigInt(balanceNano)), formatNano(BigInt(heldNano))]);
  return formatTable([`accounts in ${currency}`, 'how many', 'balance', 'held'], rows);
}

function notes({ undeliveredAlerts, usageRecoveries }: Found): string[] {
  const ended = usageRecoveries.nodes.length;
  return [
    ...(ended > 0 ? [`calls that a crash has ended, with nothing charged: ${ended === 100 ? '100 or more' : ended}`] : []),
    ...(undeliveredAlerts.length > 0 ? [`alerts of budgets that were given up within 30 days: ${undeliveredAlerts.length}`] : []),
  ];
}
