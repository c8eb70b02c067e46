import { Code, Stack } from '@mantine/core';
import { CodeBlock } from '../../../../components/code-block';
import { Fact, Facts } from '../../../../components/facts/facts';
import { useFigures } from '../../../../components/figures';
import { formatMoney } from '../../../../components/money';
import { SafeText } from '../../../../components/safe-text';
import { useLanguage } from '../../../../strings';
import { classificationOf } from './classification';
import { GenerationView } from './generation-view';
import { generationOf } from './generation';
import type { Success } from './outcome-view';
import { Scores } from './scores';

/** Of a longer output the beginning is shown: a page of megabytes helps nobody. */
const OUTPUT_CHARS_MAX = 100_000;

export function SuccessView({ success }: { success: Success }) {
  const { playground } = useLanguage().strings.model;
  return (
    <Stack>
      <OutputView output={success.output} label={playground.output} />
      <RunFacts success={success} />
    </Stack>
  );
}

function OutputView({ output, label }: { output: unknown; label: string }) {
  const classification = classificationOf(output);
  if (classification) return <Scores classification={classification} />;
  const generation = generationOf(output);
  if (generation) return <GenerationView generation={generation} />;
  return <CodeBlock code={written(output)} language="json" label={label} />;
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

function written(output: unknown): string {
  const text = JSON.stringify(output, null, 2);
  return text.length > OUTPUT_CHARS_MAX ? `${text.slice(0, OUTPUT_CHARS_MAX)} …` : text;
}
