import type { PlainTerms } from '@steelyard/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { ownRef } from '../own-ref.js';
import { formatTable } from '../terminal/table.js';
import { component, count, free, moment } from './price-flags.js';
import { priceText } from './price-text.js';
import { setPrice } from './set-price.js';
import { side, simulatePrice } from './simulate-price.js';

export function addPrice(program: Command, run: Run): void {
  const price = program.command('price').description('what calls of a model cost, and setting it');
  price
    .command('show')
    .argument('<ref>', 'owner/model, owner/model@version, or a model of yours')
    .description('the price in force, and what is announced')
    .addHelpText('after', '\nExamples:\n  $ steelyard price show acme/digits\n  $ steelyard price show digits@1.2.0 --json')
    .action(run(showPrice));
  price
    .command('history')
    .argument('<ref>', 'owner/model, owner/model@version, or a model of yours')
    .description('every price that came into force, and why')
    .addHelpText('after', '\nExample:\n  $ steelyard price history acme/digits')
    .action(run(showHistory));
  price
    .command('set')
    .argument('<ref>', 'a model of yours for all its versions, or model@version')
    .option('--unit <unit>', 'what is counted: request, output_token, image...')
    .option('--amount <amount>', 'decimal amount of the currency unit, e.g. 0.60')
    .option('--per <n>', 'how many of the unit the amount is for', count, 1)
    .option('--component <unit:amount[:per]>', 'what is charged besides; may be given again', component, [])
    .option('--currency <code>', "ISO 4217; default: the server's")
    .option('--free <unit:quantity>', 'free for each consumer and calendar month', free)
    .option('--free-of-charge', 'calls cost nothing', false)
    .option('--from <time>', 'ISO 8601; default: as soon as it may', moment)
    .option('--reason <text>', 'told to consumers')
    .option('--dry-run', 'only say when it would count', false)
    .description('set a price until further notice; what is dearer for others counts after a notice')
    .addHelpText(
      'after',
      '\nWhat was announced for later does not come: the present price once more takes an announced one back.\n' +
        '\nExamples:\n  $ steelyard price set digits --unit request --amount 0.0002 --reason "a faster machine"' +
        '\n  $ steelyard price set teller@1.0.0 --unit output_token --amount 0.60 --per 1000000 --component input_token:0.15:1000000 --free request:100' +
        '\n  $ steelyard price set digits --unit request --amount 0.0003 --from 2027-01-01 --dry-run\n  $ steelyard price set digits --free-of-charge',
    )
    .action(run(setPrice));
  addSimulate(price, run);
}

function addSimulate(price: Command, run: Run): void {
  price
    .command('simulate')
    .argument('[ref]', 'whose past calls: owner/model, owner/model@version, or a model of yours; without one, all that you called')
    .option('--like <ref>', 'by the price that another model has now')
    .option('--unit <unit>', 'what is counted: request, output_token, image...')
    .option('--amount <amount>', 'decimal amount of the currency unit, e.g. 0.60')
    .option('--per <n>', 'how many of the unit the amount is for', count, 1)
    .option('--component <unit:amount[:per]>', 'what is charged besides; may be given again', component, [])
    .option('--currency <code>', "ISO 4217; default: the server's")
    .option('--free <unit:quantity>', 'free for each consumer and calendar month', free)
    .option('--free-of-charge', 'calls cost nothing', false)
    .option('--from <time>', 'ISO 8601; default: 30 days before the end', moment)
    .option('--to <time>', 'ISO 8601; default: now', moment)
    .option('--side <side>', 'provider for the calls of your model, consumer for those that you made', side, 'consumer')
    .description('what past calls would have cost by another price; nothing is charged or changed')
    .addHelpText(
      'after',
      '\nExamples:\n  $ steelyard price simulate acme/teller --like rival/teller\n  $ steelyard price simulate acme/teller --unit output_token --amount 0.50 --per 1000000 --from 2026-11-01 --to 2026-12-01' +
        '\n  $ steelyard price simulate teller --side provider --unit request --amount 0.0002 --free request:100 --json',
    )
    .action(run(simulatePrice));
}

interface PriceRow extends PlainTerms {
  readonly effectiveAt: string;
  readonly reason: string | null;
}

const FIELDS = 'id currency components { unit amount amountNano per } free { unit quantity } effectiveAt announcedAt reason';

async function showPrice(context: CommandContext, ref: string): Promise<void> {
  const { client } = await context.connect();
  const document = `query Price($ref: String!) { modelVersion(ref: $ref) { ref price { ${FIELDS} } announcedPrices { ${FIELDS} } } }`;
  const { modelVersion: found } = await client.graphql<{ modelVersion: { ref: string; price: PriceRow; announcedPrices: readonly PriceRow[] } }>(document, { ref: await ownRef(client, ref) });
  context.result(found, () => {
    const now = `${found.ref} costs ${priceText(found.price)}, since ${found.price.effectiveAt}`;
    return found.announcedPrices.length === 0 ? now : [now, '', priceTable(found.announcedPrices)].join('\n');
  });
}

async function showHistory(context: CommandContext, ref: string): Promise<void> {
  const { client } = await context.connect();
  const document = `query Prices($ref: String!) { modelVersion(ref: $ref) { ref priceHistory { ${FIELDS} } } }`;
  const { modelVersion: found } = await client.graphql<{ modelVersion: { ref: string; priceHistory: readonly PriceRow[] } }>(document, { ref: await ownRef(client, ref) });
  context.result(found, () => priceTable(found.priceHistory));
}

function priceTable(prices: readonly PriceRow[]): string {
  return formatTable(['from', 'price', 'reason'], prices.map((price) => [price.effectiveAt, priceText(price), price.reason ?? '']));
}
