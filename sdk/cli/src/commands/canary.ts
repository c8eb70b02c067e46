import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { ownRef } from '../own-ref.js';
import { formatTable } from '../terminal/table.js';
import type { Run } from './command-action.js';

export function addCanary(program: Command, run: Run): void {
  const canary = program.command('canary').description("give a new version a share of a channel's calls; it is rolled back by itself when it fails or is slow");
  canary
    .command('start')
    .argument('<model>', 'name of your model, or owner/name')
    .argument('<version>', 'the candidate, e.g. 1.3.0')
    .option('--percent <n>', "of the channel's calls, 1 to 99; again with another number to change it", percentage, 10)
    .option('--channel <name>', 'whose calls', 'stable')
    .option('--reason <text>', 'kept in the history')
    .description("send a share of a channel's calls to this version")
    .addHelpText('after', '\nExample:\n  $ steelyard canary start digits 1.3.0 --percent 10')
    .action(run(start));
  ending(canary, 'promote', 'make the candidate what the channel means').action(run(promote));
  ending(canary, 'stop', 'give the candidate no more calls').action(run(stop));
  canary
    .command('status')
    .argument('<model>', 'name of your model, or owner/name')
    .option('--channel <name>', 'whose calls', 'stable')
    .description('the candidate beside what the other calls get')
    .addHelpText('after', '\nExample:\n  $ steelyard canary status digits')
    .action(run(showStatus));
}

function ending(canary: Command, name: string, description: string): Command {
  return canary
    .command(name)
    .argument('<model>', 'name of your model, or owner/name')
    .option('--channel <name>', 'the channel whose canary it is', 'stable')
    .option('--reason <text>', 'kept in the history')
    .description(description)
    .addHelpText('after', `\nExample:\n  $ steelyard canary ${name} digits`);
}

function percentage(text: string): number {
  const percent = Number(text);
  if (!Number.isInteger(percent) || percent < 1 || percent > 99) throw new InvalidArgumentError('It must be a whole number from 1 to 99.');
  return percent;
}

interface EndFlags {
  readonly channel: string;
  readonly reason?: string;
}

interface StartFlags extends EndFlags {
  readonly percent: number;
}

interface Comparison {
  readonly calls: number;
  readonly faults: number;
  readonly p95Ms: number | null;
  readonly stableCalls: number;
  readonly stableFaults: number;
  readonly stableP95Ms: number | null;
  readonly verdict: string;
}

interface ChannelRow {
  readonly name: string;
  readonly version: { readonly ref: string; readonly version: string };
  readonly canary: { readonly percent: number; readonly startedAt: string; readonly version: { readonly version: string }; readonly comparison: Comparison | null } | null;
}

const CHANNEL = 'name updatedAt version { ref version } canary { percent startedAt version { version } comparison { calls faults p95Ms stableCalls stableFaults stableP95Ms verdict } }';

async function start(context: CommandContext, model: string, version: string, { percent, channel, reason }: StartFlags): Promise<void> {
  const { client } = await context.connect();
  const document = `mutation StartCanary($input: StartCanaryInput!) { startCanary(input: $input) { ${CHANNEL} } }`;
  const { startCanary } = await client.graphql<{ startCanary: ChannelRow }>(document, { input: { model, version, percent, channel, reason } });
  context.result(startCanary, () => `${version} gets ${percent} % of the calls of ${startCanary.name}, the others get ${startCanary.version.version}`);
}

async function promote(context: CommandContext, model: string, { channel, reason }: EndFlags): Promise<void> {
  const { client } = await context.connect();
  const document = `mutation PromoteCanary($input: EndCanaryInput!) { promoteCanary(input: $input) { ${CHANNEL} } }`;
  const { promoteCanary } = await client.graphql<{ promoteCanary: ChannelRow }>(document, { input: { model, channel, reason } });
  context.result(promoteCanary, () => `${promoteCanary.name} is ${promoteCanary.version.ref} now`);
}

async function stop(context: CommandContext, model: string, { channel, reason }: EndFlags): Promise<void> {
  const { client } = await context.connect();
  const document = `mutation StopCanary($input: EndCanaryInput!) { stopCanary(input: $input) { ${CHANNEL} } }`;
  const { stopCanary } = await client.graphql<{ stopCanary: ChannelRow }>(document, { input: { model, channel, reason } });
  context.result(stopCanary, () => `${stopCanary.name} is ${stopCanary.version.ref} for every call again`);
}

async function showStatus(context: CommandContext, model: string, flags: { readonly channel: string }): Promise<void> {
  const { client } = await context.connect();
  const ref = await ownRef(client, model);
  const document = `query Canary($ref: String!) { model(ref: $ref) { channels { ${CHANNEL} } } }`;
  const { model: found } = await client.graphql<{ model: { channels: readonly ChannelRow[] } | null }>(document, { ref });
  const channel = found?.channels.find(({ name }) => name === flags.channel);
  if (!channel) throw cliErrors.NOT_FOUND({ what: `channel ${flags.channel} of a model ${ref} that you can see` });
  context.result(channel, () => statusText(channel));
}

function statusText({ name, version, canary }: ChannelRow): string {
  if (!canary) return `${name} is ${version.ref} for every call; no canary runs`;
  const begun = `${canary.version.version} gets ${canary.percent} % of the calls of ${name} since ${canary.startedAt}`;
  const { comparison } = canary;
  if (!comparison) return begun;
  const rows = [
    [canary.version.version, `${comparison.calls}`, `${comparison.faults}`, time(comparison.p95Ms)],
    [version.version, `${comparison.stableCalls}`, `${comparison.stableFaults}`, time(comparison.stableP95Ms)],
  ];
  return [begun, '', formatTable(['version', 'calls', 'faults', 'p95'], rows), '', comparison.verdict].join('\n');
}

function time(ms: number | null): string {
  return ms === null ? '-' : `${ms.toFixed(1)} ms`;
}
