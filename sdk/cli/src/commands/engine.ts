import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@steelyard/client';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import { cliErrors } from '../errors.js';
import type { Run } from './command-action.js';
import { devicesText, type EngineStatus, type RuntimeDevices, statusText } from './engine-text.js';
import { KEY_FILE_OPTION, keyFileOf } from './operator-key.js';

export function addEngine(program: Command, run: Run): void {
  const engine = program
    .command('engine')
    .option(...KEY_FILE_OPTION)
    .description("what runs the models: devices, queues, memory and faults");
  engine
    .command('status')
    .option('--watch [seconds]', 'again and again, until interrupted; with --json one line each time', seconds)
    .description('devices, loaded models, queues, memory and faults')
    .addHelpText('after', '\nExample:\n  $ steelyard engine status --watch')
    .action(run(showStatus));
  engine.command('devices').description('what each runtime can use on that machine, and why not the rest').action(run(showDevices));
  engine
    .command('pin')
    .argument('<version>', 'owner/model@version, or its digest')
    .option('--off', 'pin it no more')
    .description('keep a version loaded')
    .addHelpText('after', '\nExample:\n  $ steelyard engine pin acme/digits@1.0.0')
    .action(run(pin));
  engine.command('unload').argument('<version>', 'owner/model@version, or its digest').description('end the processes of a version that nothing runs on').action(run(unload));
}

const STATUS = `query EngineStatus {
  engine {
    devices { name budgetBytes usedBytes reservedBytes cores }
    models { label digest state pinned queued inFlight calls batchSize faults lastFault coldStartMs runners { pid state device deviceReason threads memoryBytes deviceMemoryBytes inFlight protections } }
    protections { name active reason }
  }
}`;

const DEVICES = 'query EngineDevices { engineDevices { runtime version usable unusable { device reason } problem } }';

async function showStatus(context: CommandContext, { watch }: { readonly watch?: number | true }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const status = await readStatus(client);
  if (watch === undefined) return context.result(status, () => statusText(status));
  const { stdout } = context.io;
  for (let now = status; ; now = await readStatus(client)) {
    if (context.flags.json) stdout.write(`${JSON.stringify(now)}\n`);
    // A terminal is cleared, so that figures change in place.
    else stdout.write(`${stdout.isTTY ? '\u001b[H\u001b[2J' : ''}${statusText(now)}\n${stdout.isTTY ? '' : '\n'}`);
    await delay(1_000 * (watch === true ? 1 : watch));
  }
}

async function showDevices(context: CommandContext, _flags: object, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const { engineDevices } = await client.graphql<{ engineDevices: readonly RuntimeDevices[] }>(DEVICES);
  context.result(engineDevices, () => devicesText(engineDevices));
}

async function pin(context: CommandContext, version: string, { off }: { readonly off?: boolean }, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const model = await findVersion(client, version);
  const document = 'mutation PinModel($digest: ID!, $label: String!, $pinned: Boolean!) { pinModel(digest: $digest, label: $label, pinned: $pinned) }';
  const { pinModel } = await client.graphql<{ pinModel: boolean }>(document, { ...model, pinned: off !== true });
  context.result({ ...model, pinned: pinModel }, () => `${model.label} ${pinModel ? 'stays loaded' : 'may be unloaded again'}`);
}

async function unload(context: CommandContext, version: string, _flags: object, command: Command): Promise<void> {
  const { client } = await context.connectAsOperator(keyFileOf(command));
  const model = await findVersion(client, version);
  const { unloadModel } = await client.graphql<{ unloadModel: boolean }>('mutation UnloadModel($digest: ID!) { unloadModel(digest: $digest) }', { digest: model.digest });
  context.result({ ...model, unloaded: unloadModel }, () => (unloadModel ? `${model.label} is unloaded` : `${model.label} is busy or not loaded`));
}

async function readStatus(client: Client): Promise<EngineStatus> {
  return (await client.graphql<{ engine: EngineStatus }>(STATUS)).engine;
}

/** As the engine knows it; one that the engine has not met is looked up in the catalog. */
async function findVersion(client: Client, version: string): Promise<{ readonly label: string; readonly digest: string }> {
  const { models } = await readStatus(client);
  const known = models.find(({ label, digest }) => label === version || digest === version);
  if (known) return { label: known.label, digest: known.digest };
  if (!/^[^/@]+\/[^/@]+@[^/@]+$/.test(version)) throw cliErrors.VERSION_UNKNOWN({ version });
  const { modelVersion } = await client.graphql<{ modelVersion: { digest: string } }>('query VersionDigest($ref: String!) { modelVersion(ref: $ref) { digest } }', { ref: version });
  return { label: version, digest: modelVersion.digest };
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number of seconds.');
  return value;
}
