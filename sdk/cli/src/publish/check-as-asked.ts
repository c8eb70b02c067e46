import type { Client } from '@steelyard/client';
import { parseModelRef } from '@steelyard/kernel';
import { cliErrors } from '../errors.js';
import type { PublishOptions } from './publication.js';

interface PublishedModel {
  readonly visibility: string;
  readonly channels: readonly { readonly name: string; readonly version: { readonly version: string } }[];
}

/** Where a first version goes by itself. */
const FIRST_CHANNEL = 'stable';

/**
 * That a version which was published before is where it was asked to be: publishing it once more moves no channel and lists nothing.
 * @throws CLI.NOT_AS_ASKED, CLI.NOT_FOUND; SteelyardError
 */
export async function checkAsAsked(client: Client, ref: string, { channel, isPublic }: Pick<PublishOptions, 'channel' | 'isPublic'>): Promise<void> {
  const { owner, name, version } = parseModelRef(ref)!;
  const document = 'query Published($ref: String!) { model(ref: $ref) { visibility channels { name version { version } } } }';
  const { model } = await client.graphql<{ model: PublishedModel | null }>(document, { ref: `${owner}/${name}` });
  if (!model) {
    // A key may publish what it may not read.
    if (channel === undefined && !isPublic) return;
    throw cliErrors.NOT_FOUND({ what: `model ${owner}/${name} that you can see` });
  }
  const wanted = channel ?? FIRST_CHANNEL;
  const current = model.channels.find((one) => one.name === wanted)?.version.version;
  const lacking: { problem: string; command: string }[] = [];
  if (channel === undefined ? current === undefined : current !== version) {
    lacking.push({ problem: current === undefined ? `there is no channel ${wanted}` : `${wanted} is ${current}`, command: `steelyard release ${name} ${version} --channel ${wanted}` });
  }
  if (isPublic && model.visibility !== 'PUBLIC') lacking.push({ problem: `the model is ${model.visibility.toLowerCase()}`, command: `steelyard model visibility ${name} public` });
  if (lacking.length > 0) throw cliErrors.NOT_AS_ASKED({ ref, problems: lacking.map(({ problem }) => problem), commands: lacking.map(({ command }) => command) });
}
