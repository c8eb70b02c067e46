import { Code, Group, Stack } from '@mantine/core';
import { Fact, Facts } from '../../../../components/facts/facts';
import { useFigures } from '../../../../components/figures';
import { formatMoney } from '../../../../components/money';
import { ReceiptButton } from '../../../../components/receipt/receipt-button';
import { SafeText } from '../../../../components/safe-text';
import { useSession } from '../../../../server/session';
import { useLanguage } from '../../../../strings';
import type { JsonObject } from '../draft';
import type { Success } from '../follow-prediction';
import { OutputView } from './output-view';

export function SuccessView({ success, task, input }: { success: Success; task: string; input: JsonObject }) {
  const { can } = useSession();
  return (
    <Stack>
      {/* What one has chosen to see of an output ends with it. */}
      <OutputView key={success.prediction.id} task={task} input={input} output={success.output} />
      <RunFacts success={success} />
      {can('usage:read') && (
        <Group>
          <ReceiptButton key={success.prediction.id} wish={{ predictionId: success.prediction.id, content: { input, output: success.output } }} />
        </Group>
      )}
    </Stack>
  );
}

function RunFacts({ success: { prediction, ref, replayed } }: { success: Success }) {
  const { strings, language } = useLanguage();
  const { playground } = strings.model;
  const { duration } = useFigures();
  const amount = formatMoney(prediction.amountNano, prediction.currency, language);
  const facts = [
    { name: playground.cost, value: replayed ? playground.notChargedAgain(amount) : amount },
    { name: playground.latency, value: playground.latencyParts(duration(prediction.totalMs), duration(prediction.computeMs)) },
    { name: playground.ranOn, value: <SafeText text={ref} /> },
    { name: playground.prediction, value: <Code fz="xs">{prediction.id}</Code> },
  ];
  return (
    <Facts>
      {facts.map(({ name, value }) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </Facts>
  );
}
