import { Stack, Title } from '@mantine/core';
import { useMemo } from 'react';
import { useStrings } from '../../../strings';
import { isFreePrice, usePriceText } from '../../catalog/price-text';
import type { ModelVersion } from '../model';
import type { Draft } from './draft';
import { EstimateLine } from './estimate/estimate-line';
import { formOf, taskOf, type InputForm } from './input-form';
import { InputOf, problemsOf } from './input-of';
import classes from './playground.module.css';
import { OutcomeView } from './result/outcome-view';
import { embeddingOf } from './result/vector/embedding';
import { VectorComparison } from './result/vector/vector-comparison';
import { RunBar } from './run-bar';
import { SamplePicker } from './sample-picker';
import { useRun, type Run } from './use-run';

/** Puts an input together, runs the model on it, and shows what it says. */
export function Playground({ version, callRef, draft }: { version: ModelVersion; callRef: string; draft: Draft }) {
  const { playground } = useStrings().model;
  const form = useMemo(() => formOf(version), [version]);
  const run = useRun(callRef);
  const answered = useMemo(() => (run.outcome?.__typename === 'PredictSuccess' && run.input ? { input: run.input, output: run.outcome.output } : undefined), [run.outcome, run.input]);
  return (
    <div className={classes.sides}>
      <Stack component="section" aria-labelledby="playground-input">
        <Title order={2} size="h4" id="playground-input">
          {playground.input}
        </Title>
        <SamplePicker version={version} imageField={form.kind === 'image' ? form.field : undefined} draft={draft} />
        <InputOf key={draft.revision} form={form} draft={draft} problems={problemsOf(run.outcome)} answered={answered} />
        <RunBar prices={[version.price]} draft={draft} run={run} estimate={<EstimateLine callRef={callRef} draft={draft} run={run} />} />
      </Stack>
      <Stack component="section" aria-labelledby="playground-result">
        <Title order={2} size="h4" id="playground-result">
          {playground.result}
        </Title>
        <OutcomeView run={run} task={taskOf(version)} />
        <SecondText version={version} callRef={callRef} form={form} run={run} />
      </Stack>
    </div>
  );
}

/** An embedding says most beside another. */
function SecondText({ version, callRef, form, run: { outcome, running, input } }: { version: ModelVersion; callRef: string; form: InputForm; run: Run }) {
  const priceText = usePriceText();
  if (taskOf(version) !== 'text-embedding' || form.kind !== 'text' || running || outcome?.__typename !== 'PredictSuccess') return null;
  const vector = embeddingOf(outcome.output);
  return vector && <VectorComparison key={outcome.prediction.id} callRef={callRef} first={input ?? {}} field={form.field} vector={vector} costs={isFreePrice(version.price) ? undefined : priceText(version.price)} />;
}
