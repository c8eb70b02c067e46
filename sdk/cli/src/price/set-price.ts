import type { CommandContext } from '../command-context.js';
import { componentsOf, type PriceFlags, versionOf } from './price-flags.js';

interface SetFlags extends PriceFlags {
  readonly currency?: string;
  readonly from?: string;
  readonly reason?: string;
  readonly dryRun: boolean;
}

interface Change {
  readonly version: { readonly ref: string };
  readonly effectiveAt: string;
  readonly atOnce: boolean;
  readonly changed: boolean;
  readonly withdrawn: readonly string[];
}

export async function setPrice(context: CommandContext, ref: string, flags: SetFlags): Promise<void> {
  const { currency, free, from, reason, dryRun } = flags;
  const input = { ...versionOf(ref), components: componentsOf(flags), currency, free, effectiveAt: from, reason, dryRun };
  const { client } = await context.connect();
  const document = `mutation SetPrice($input: SetPriceInput!) {
    setPrice(input: $input) { version { ref } effectiveAt atOnce changed withdrawn }
  }`;
  const { setPrice: changes } = await client.graphql<{ setPrice: readonly Change[] }>(document, { input });
  context.result({ dryRun, changes }, () => changes.map((change) => changeText(change, dryRun)).join('\n'));
}

function changeText({ version, effectiveAt, atOnce, changed, withdrawn }: Change, dryRun: boolean): string {
  if (!changed) return `${version.ref} costs that already`;
  const gone = withdrawn.map((moment) => `; what was announced for ${moment} does not come`).join('');
  return `${version.ref} ${dryRun ? 'would cost' : 'costs'} that from ${atOnce ? 'now' : effectiveAt} on${gone}`;
}
