import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from './command-action.js';
import { KEY_FILE_OPTION, keyFileOf, type OperatorFlags } from './operator-key.js';
import { addArtifactKeys } from './operating/artifact-keys.js';
import { addCheck } from './operating/check.js';
import { addLimitOrganization } from './operating/limit-organization.js';
import { addLookUps } from './operating/look-up.js';
import { addErasures } from '../privacy/leaving.js';
import { addModeration } from '../moderation/operate-moderation.js';
import { addOperatePayments } from './payments/operate-payments.js';

export function addOperator(program: Command, run: Run): void {
  const operator = program
    .command('operator')
    .option(...KEY_FILE_OPTION)
    .description('what only the operator of the installation may do');
  operator.commandsGroup('Organizations:');
  operator
    .command('create-org')
    .argument('<handle>', 'its name in references, for good')
    .requiredOption('--name <name>', 'for people')
    .requiredOption('--owner <email>', 'its first member')
    .description("make an organization; its owner's first key is shown this once")
    .addHelpText('after', '\nExample:\n  $ steelyard operator create-org acme --name "Acme Ltd" --owner ada@example.org')
    .action(run(createOrganization));
  operator
    .command('credit')
    .argument('<handle>', 'the organization')
    .argument('<amount>', 'decimal amount of the currency unit, e.g. 10.00')
    .requiredOption('--reason <text>', 'kept in the ledger')
    .option('--currency <code>', "ISO 4217; default: the server's")
    .option('--id <uuid>', 'name the credit: sent again with the same id it is given once')
    .description('give an organization credit')
    .addHelpText('after', '\nExample:\n  $ steelyard operator credit acme 10.00 --reason "welcome"')
    .action(run(credit));
  operator
    .command('tax')
    .argument('<handle>', 'the organization')
    .argument('<percent>', 'e.g. 19 or 7.7; 0 for none', basisPoints)
    .option('--label <text>', 'what it is called, e.g. "VAT 19 %"', '')
    .option('--id <text>', 'what the tax office knows the organization by', '')
    .description('say what an organization is taxed by from its next invoice on')
    .addHelpText('after', '\nExample:\n  $ steelyard operator tax acme 19 --label "VAT 19 %" --id DE123456789')
    .action(run(setTax));
  addLimitOrganization(operator, run);
  operator.commandsGroup('Responsible use:');
  addModeration(operator, run);
  addErasures(operator, run);
  operator.commandsGroup('Real money:');
  addOperatePayments(operator, run);
  operator.commandsGroup('Looking after the books:');
  addCheck(operator, run);
  addLookUps(operator, run);
  operator
    .command('rotate-receipt-key')
    .description('sign receipts with a new key from now on; what the old one signed stays good')
    .addHelpText('after', '\nExample:\n  $ steelyard operator rotate-receipt-key')
    .action(run(rotateReceiptKey));
  addArtifactKeys(operator, run);
}

async function createOrganization(context: CommandContext, handle: string, flags: OperatorFlags & { readonly name: string; readonly owner: string }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = `mutation CreateOrganization($input: CreateOrganizationInput!) {
    createOrganization(input: $input) { organization { id handle name createdAt } apiKey { id name scopes } secret }
  }`;
  interface Answer {
    readonly createOrganization: { readonly organization: { readonly handle: string; readonly name: string }; readonly secret: string };
  }
  const { createOrganization: created } = await client.graphql<Answer>(document, { input: { handle, name: flags.name, ownerEmail: flags.owner } });
  context.note(`${created.organization.name} (${created.organization.handle}) is there. Its owner's first key, with every permission, is shown this once:`);
  context.result(created, () => created.secret);
}

interface CreditFlags {
  readonly reason: string;
  readonly currency?: string;
  readonly id?: string;
}

async function credit(context: CommandContext, handle: string, amount: string, flags: CreditFlags, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const id = flags.id ?? randomUUID();
  const document = 'mutation Credit($input: CreditOrganizationInput!) { creditOrganization(input: $input) { currency available availableNano earned } }';
  const { reason, currency } = flags;
  context.nameRequest('credit', { option: '--id', key: id });
  const { creditOrganization } = await client.graphql<{ creditOrganization: { available: string; currency: string } }>(document, { input: { handle, amount, currency, reason, id } });
  context.result({ id, handle, balance: creditOrganization }, () => `${handle} has ${creditOrganization.available} ${creditOrganization.currency} now`);
}

async function rotateReceiptKey(context: CommandContext, _flags: object, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const { rotateReceiptKey: key } = await client.graphql<{ rotateReceiptKey: { kid: string } }>('mutation RotateReceiptKey { rotateReceiptKey { kid jwk createdAt } }');
  context.result(key, () => `receipts are signed with ${key.kid} now; whoever keeps the keys must have them again`);
}

async function setTax(context: CommandContext, handle: string, points: number, flags: { readonly label: string; readonly id: string }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const document = 'mutation SetTax($input: OrganizationTaxInput!) { setOrganizationTax(input: $input) { basisPoints label id } }';
  const { setOrganizationTax: tax } = await client.graphql<{ setOrganizationTax: object }>(document, { input: { handle, basisPoints: points, label: flags.label, id: flags.id } });
  context.result({ handle, tax }, () => `${handle} is taxed by ${points / 100} % from its next invoice on`);
}

function basisPoints(text: string): number {
  const points = Math.round(Number(text) * 100);
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(text) || points > 10_000) throw new InvalidArgumentError('must be 0 to 100, with two decimal places at most.');
  return points;
}
