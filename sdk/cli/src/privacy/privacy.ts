import { PERSONAL_KINDS, isPersonalKind, type PersonalKind } from '@steelyard/kernel';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { formatTable } from '../terminal/table.js';
import { addLeaving } from './leaving.js';
import { hoursOf, timeText } from './retention.js';

const SET_EXAMPLES = `
Examples:
  $ steelyard privacy set --mask email,phone --block card,iban,secret
  $ steelyard privacy set --key 4f0c9k2m8x1ab --retention none
  $ steelyard privacy set --retention 7d
  $ steelyard privacy set --model acme/support --mask none`;

export function addPrivacy(program: Command, run: Run): void {
  const privacy = program.command('privacy').description('what models may see of personal data, how long calls are kept, and how to take your data out and go');
  privacy.command('show').description('every policy; what several say of one call adds up').action(run(showPolicies));
  addSubject(privacy.command('set'))
    .option('--mask <kinds>', `what is masked before the model sees it: ${PERSONAL_KINDS.join(',')}, all or none`, kinds)
    .option('--block <kinds>', 'what has a call refused, for nothing', kinds)
    .option('--retention <time>', 'how long inputs and outputs are kept for you to look at: none, 12h, 30d; unset says nothing', hoursOf)
    .description('set what is named, and nothing else; it counts for calls that begin afterwards')
    .addHelpText('after', SET_EXAMPLES)
    .action(run(setPolicy));
  addSubject(privacy.command('clear')).description('take a policy away').addHelpText('after', '\nExample:\n  $ steelyard privacy clear --key 4f0c9k2m8x1ab').action(run(clearPolicy));
  addLeaving(privacy, run);
}

function addSubject(command: Command): Command {
  return command.addOption(new Option('--key <id>', 'of calls of this API key; else of the whole organization').conflicts('model')).option('--model <owner/name>', 'of calls of this model; of a model of your own, of the calls of everybody');
}

interface Policy {
  readonly scope: string;
  readonly key: { readonly id: string; readonly name: string | null } | null;
  readonly model: { readonly id: string; readonly ref: string | null } | null;
  readonly mask: readonly string[];
  readonly block: readonly string[];
  readonly retentionHours: number | null;
}

const FIELDS = 'scope key { id name } model { id ref } mask block retentionHours updatedAt';

interface Subject {
  readonly key?: string;
  readonly model?: string;
}

interface SetFlags extends Subject {
  readonly mask?: readonly PersonalKind[];
  readonly block?: readonly PersonalKind[];
  readonly retention?: number | null;
}

async function showPolicies(context: CommandContext): Promise<void> {
  const { client } = await context.connect();
  const { privacyPolicies } = await client.graphql<{ privacyPolicies: readonly Policy[] }>(`{ privacyPolicies { ${FIELDS} } }`);
  showAll(context, privacyPolicies);
}

async function setPolicy(context: CommandContext, { key, model, mask, block, retention }: SetFlags): Promise<void> {
  const { client } = await context.connect();
  const named = (given: readonly PersonalKind[] | undefined) => given?.map((kind) => kind.toUpperCase());
  const input = { keyId: key, model, mask: named(mask), block: named(block), retentionHours: retention };
  const document = `mutation SetPrivacyPolicy($input: SetPrivacyPolicyInput!) { setPrivacyPolicy(input: $input) { ${FIELDS} } }`;
  showAll(context, (await client.graphql<{ setPrivacyPolicy: readonly Policy[] }>(document, { input })).setPrivacyPolicy);
}

async function clearPolicy(context: CommandContext, { key, model }: Subject): Promise<void> {
  const { client } = await context.connect();
  const document = `mutation ClearPrivacyPolicy($input: ClearPrivacyPolicyInput!) { clearPrivacyPolicy(input: $input) { ${FIELDS} } }`;
  showAll(context, (await client.graphql<{ clearPrivacyPolicy: readonly Policy[] }>(document, { input: { keyId: key, model } })).clearPrivacyPolicy);
}

function showAll(context: CommandContext, policies: readonly Policy[]): void {
  context.result(policies, () => (policies.length === 0 ? 'There is no policy: models see what is sent, and nothing of calls is kept on disk.' : policyTable(policies)));
}

function policyTable(policies: readonly Policy[]): string {
  const list = (given: readonly string[]) => given.map((kind) => kind.toLowerCase()).join(', ') || '-';
  return formatTable(
    ['calls', 'masked', 'refused', 'kept'],
    policies.map((policy) => [callsOf(policy), list(policy.mask), list(policy.block), policy.retentionHours === null ? '-' : timeText(policy.retentionHours)]),
  );
}

function callsOf({ key, model }: Policy): string {
  if (key) return `key ${key.name ?? key.id}`;
  return model ? (model.ref ?? `model ${model.id}`) : 'all';
}

function kinds(text: string): readonly PersonalKind[] {
  if (text === 'all') return PERSONAL_KINDS;
  const given = text === 'none' ? [] : text.split(',').map((kind) => kind.trim());
  const other = given.find((kind) => !isPersonalKind(kind));
  if (other !== undefined) throw new InvalidArgumentError(`"${other}" is none of ${PERSONAL_KINDS.join(', ')}, all and none.`);
  return given as PersonalKind[];
}
