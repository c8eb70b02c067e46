import type { Command } from 'commander';
import { downloadFile } from '../billing/download.js';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { keyFileOf } from '../commands/operator-key.js';
import { formatTable } from '../terminal/table.js';

const ERASE_HELP = `
What is left afterwards is records of money, under a pseudonym. Export your data before.

Examples:
  $ steelyard privacy erase                            # where it stands
  $ steelyard privacy erase --confirm acme --forfeit
  $ steelyard privacy erase --cancel`;

/** How an organization takes its data out, and goes. */
export function addLeaving(privacy: Command, run: Run): void {
  privacy
    .command('export')
    .option('--output <file>', 'default: <organization>-export.jsonl; - for the standard output')
    .description('everything that the installation has of your organization, as JSON Lines; for owners')
    .addHelpText('after', '\nExample:\n  $ steelyard privacy export')
    .action(run(exportAll));
  privacy
    .command('erase')
    .option('--confirm <handle>', "your organization's handle once more: it cannot be undone once it has begun")
    .option('--forfeit', 'give up what is left in the wallet and what is earned and not paid', false)
    .option('--cancel', 'take it back, as long as it waits', false)
    .description('have your organization erased after a while; without options, where that stands')
    .addHelpText('after', ERASE_HELP)
    .action(run(erase));
}

/** How a person takes their data out, and goes. */
export function addAccount(program: Command, run: Run): void {
  const account = program.command('account').description('what is kept of you who are signed in, and how to have it erased');
  account
    .command('export')
    .option('--output <file>', 'default: steelyard-account.json; - for the standard output')
    .description('everything that is kept of you')
    .addHelpText('after', '\nExample:\n  $ steelyard account export --output -')
    .action(run(async (context: CommandContext, { output }: OutputFlag) => downloadFile(context, { path: '/v1/account.json', fallbackName: 'steelyard-account.json', output })));
  account
    .command('erase')
    .requiredOption('--confirm <address>', 'your address once more: it cannot be undone')
    .description('erase your account, at once; what you own alone is handed over or erased before')
    .addHelpText('after', '\nExample:\n  $ steelyard account erase --confirm ada@example.org')
    .action(run(eraseAccount));
}

/** What the operator sees of it. */
export function addErasures(operator: Command, run: Run): void {
  operator.command('erasures').description('organizations that are to be erased, or were, and what stands in the way').addHelpText('after', '\nExample:\n  $ steelyard operator erasures').action(run(listErasures));
}

interface OutputFlag {
  readonly output?: string;
}

interface Erasure {
  readonly state: 'WAITING' | 'CLOSING' | 'DONE';
  readonly forfeit: boolean;
  readonly requestedAt: string;
  readonly dueAt: string;
  readonly erasedAt: string | null;
  readonly obstacles: readonly string[];
}

const FIELDS = 'state forfeit requestedAt dueAt erasedAt obstacles';

async function exportAll(context: CommandContext, { output }: OutputFlag): Promise<void> {
  await downloadFile(context, { path: '/v1/export.jsonl', fallbackName: 'export.jsonl', output });
}

interface EraseFlags {
  readonly confirm?: string;
  readonly forfeit: boolean;
  readonly cancel: boolean;
}

async function erase(context: CommandContext, { confirm, forfeit, cancel }: EraseFlags): Promise<void> {
  const { client } = await context.connect();
  if (cancel) {
    await client.graphql('mutation CancelErasure { cancelErasure }');
    return context.result({ cancelled: true }, () => 'taken back: your organization stays');
  }
  if (confirm === undefined) {
    const { erasure } = await client.graphql<{ erasure: Erasure | null }>(`query Erasure { erasure { ${FIELDS} } }`);
    return context.result(erasure, () => (erasure ? textOf(erasure) : 'Nobody has asked for your organization to be erased: --confirm <its handle> does.'));
  }
  const document = `mutation RequestErasure($input: RequestErasureInput!) { requestErasure(input: $input) { ${FIELDS} } }`;
  const { requestErasure } = await client.graphql<{ requestErasure: Erasure }>(document, { input: { confirm, forfeit } });
  context.result(requestErasure, () => textOf(requestErasure));
}

function textOf({ state, forfeit, dueAt, erasedAt, obstacles }: Erasure): string {
  if (state === 'DONE') return `erased at ${erasedAt}`;
  if (state === 'CLOSING') return ['it is being erased: nobody gets in any more', ...obstacles.map((obstacle) => `  waits for: ${obstacle}`)].join('\n');
  const money = forfeit ? ['  what is left in the wallet, and what is earned and not paid, is given up'] : [];
  return [`it is erased after ${dueAt}; until then \`steelyard privacy erase --cancel\` takes it back`, ...money, ...obstacles.map((obstacle) => `  in the way: ${obstacle}`)].join('\n');
}

async function eraseAccount(context: CommandContext, { confirm }: { readonly confirm: string }): Promise<void> {
  const { client } = await context.connect();
  await client.graphql('mutation EraseAccount($confirm: String!) { eraseAccount(confirm: $confirm) }', { confirm });
  context.result({ erased: true }, () => 'your account is erased, and you are signed out everywhere');
}

async function listErasures(context: CommandContext, _flags: object, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const { organizationErasures: erasures } = await client.graphql<{ organizationErasures: readonly (Erasure & { handle: string })[] }>(`query Erasures { organizationErasures { handle ${FIELDS} } }`);
  context.result({ erasures }, () => {
    if (erasures.length === 0) return 'No organization has asked to be erased.';
    return formatTable(['organization', 'state', 'due', 'in the way'], erasures.map(({ handle, state, dueAt, obstacles }) => [handle, state.toLowerCase(), dueAt, obstacles.join('; ') || '-']));
  });
}
