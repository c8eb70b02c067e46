import { readPackageFolder, versionDigest } from '@steelyard/model-package';
import { plainTerms } from '@steelyard/kernel';
import { priceOf } from '@steelyard/model-package/price';
import type { Command } from 'commander';
import { resolve } from 'node:path';
import type { CommandContext } from '../command-context.js';
import { priceText } from '../price/price-text.js';
import { formatBytes, formatTable } from '../terminal/table.js';
import type { Run } from './command-action.js';
import { addSharing } from '../moderation/share-model.js';
import { publishFolder } from './publish.js';

export function addModel(program: Command, run: Run): void {
  const model = program.command('model').description('look at or test the package in a folder; say who may see and call a published model');
  model
    .command('show')
    .argument('[dir]', 'folder with model.yaml', '.')
    .description('the manifest with every default filled in, its files and its digest')
    .addHelpText('after', '\nExamples:\n  $ steelyard model show ./digits\n  $ steelyard model show --json | jq .manifest.batching')
    .action(run(showModel));
  model
    .command('test')
    .argument('[dir]', 'folder with model.yaml', '.')
    .description('publish as a trial: the platform loads the model and runs the samples; no version is made')
    .addHelpText('after', '\nExample:\n  $ steelyard model test ./digits')
    .action(run(async (context: CommandContext, dir: string) => publishFolder(context, dir, { isPublic: false, dryRun: true })));
  addSharing(model, run);
}

async function showModel(context: CommandContext, dir: string): Promise<void> {
  const folder = await readPackageFolder(resolve(context.io.cwd, dir));
  const { manifest, price, files, samples } = folder;
  const digest = versionDigest(manifest, files);
  context.result({ manifest, price: price ? priceOf(price) : null, digest, files, samples: samples.map(({ name }) => name) }, () =>
    [
      `${manifest.name}@${manifest.version}  ${manifest.task}, ${manifest.runtime.name} ${manifest.runtime.range}, ${manifest.license}`,
      `digest  ${digest}`,
      `price   ${price ? priceText(plainTerms(price)) : 'none yet: add price to model.yaml before you publish'}`,
      `samples ${samples.length === 0 ? 'none yet: at least one is needed to publish' : samples.map(({ name }) => name).join(', ')}`,
      ...(manifest.intendedUse === undefined ? [] : [`for     ${manifest.intendedUse}`]),
      ...(manifest.outOfScopeUse === undefined ? [] : [`not for ${manifest.outOfScopeUse}`]),
      '',
      formatTable(['file', 'size', 'sha256'], files.map(({ path, size, sha256 }) => [path, formatBytes(size), sha256])),
      '',
      'Manifest with its defaults:',
      JSON.stringify(manifest, null, 2),
    ].join('\n'),
  );
}
