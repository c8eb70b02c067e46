import { Code } from '@mantine/core';
import { type Receipt, wholeUnits } from '@steelyard/client/receipts';
import { useStrings } from '../../strings';
import { Fact, Facts } from '../facts/facts';
import { useFigures } from '../figures';
import { Money } from '../money';
import { SafeText } from '../safe-text';

/** What a receipt says. */
export function ReceiptFacts({ receipt: { model, charge, input, output, build, occurredAt, consumer, predictionId } }: { receipt: Receipt }) {
  const { receipt } = useStrings();
  const { exact, moment } = useFigures();
  return (
    <Facts>
      <Fact name={receipt.amount}>
        <Money nano={charge.amountNano} currency={charge.currency} /> {charge.freeQuantity !== '0' && receipt.free}
      </Fact>
      <Fact name={receipt.time}>{moment(occurredAt)}</Fact>
      <Fact name={receipt.model}>
        <SafeText text={model.ref} />
      </Fact>
      <Fact name={receipt.chargedTo}>
        <SafeText text={consumer.handle} />
      </Fact>
      {charge.lines.map((line) => (
        <Fact key={line.unit} name={receipt.line(line.unit)}>
          {exact(wholeUnits(line))} → <Money nano={line.amountNano} currency={charge.currency} />
        </Fact>
      ))}
      <Fact name={receipt.ranOn} wide>
        {build === null ? receipt.notKept : <SafeText text={build} />}
      </Fact>
      <Fact name={receipt.prediction} wide>
        <Code fz="xs">{predictionId}</Code>
      </Fact>
      {[[receipt.digest, model.digest], [receipt.input, input?.sha256], [receipt.output, output?.sha256]].map(([name, hash]) => (
        <Fact key={name} name={name!} wide>
          {hash === undefined ? receipt.notKept : <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>{hash}</Code>}
        </Fact>
      ))}
    </Facts>
  );
}
