import { type CheckedReceipt, type Receipt, type ReceiptCheckName, wholeUnits } from '@steelyard/client/receipts';
import { formatNano } from '@steelyard/kernel';
import { formatTable } from '../terminal/table.js';

/** What a receipt says, for people. */
export function receiptText({ predictionId, consumer, model, input, output, price, charge, build, timings, occurredAt, errorCode, masked }: Receipt): string {
  const facts: readonly (readonly [string, string])[] = [
    ['prediction', predictionId],
    ['time', occurredAt],
    ['charged to', consumer.handle],
    ['model', model.ref],
    ['digest', model.digest],
    ['input', input ? `sha256 ${input.sha256}` : 'not kept'],
    ...(masked ? [['masked', masked.map(({ kind, count }) => `${kind} ${count}`).join(', ')] as const] : []),
    ['output', output ? `sha256 ${output.sha256}` : 'none'],
    ['ran on', build ?? 'not kept'],
    ['took', `${timings.totalMicros / 1_000} ms, ${timings.queueMicros / 1_000} of it waiting, ${timings.computeMicros / 1_000} computing`],
    ...(errorCode === null ? [] : [['cut short', errorCode] as const]),
    ['price', price.id],
  ];
  const lines = charge.lines.map((line, index) => {
    const { amountNano: rate, per } = price.components[index]!;
    return [String(wholeUnits(line)), line.unit, `${formatNano(BigInt(rate))} per ${per}`, formatNano(BigInt(line.amountNano))];
  });
  const total = `${formatNano(BigInt(charge.amountNano))} ${charge.currency}${charge.freeQuantity === '0' ? '' : ', of the free units of the month'}`;
  return [...facts.map(([name, value]) => `${name.padEnd(12)}${value}`), '', formatTable(['quantity', 'unit', 'price', 'amount'], lines), '', `${'total'.padEnd(12)}${total}`].join('\n');
}

const NAMES: Readonly<Record<ReceiptCheckName, string>> = {
  form: 'it is a receipt',
  key: 'its key is one of the platform',
  signature: 'the platform signed just this',
  charge: 'the amount follows from the price',
  prediction: 'it is of this prediction',
  organization: 'it charges this organization',
  input: 'it is of this input',
  output: 'it is of this output',
};

const MARKS = { passed: 'yes', failed: 'NO', skipped: '-' } as const;

/** The checks that were made, one a line. */
export function checksText({ checks }: CheckedReceipt): string {
  return checks.map(({ name, outcome, reason }) => `${MARKS[outcome].padEnd(5)}${NAMES[name]}${reason === undefined ? '' : `: ${reason}`}${outcome === 'skipped' ? ' (not checked)' : ''}`).join('\n');
}
