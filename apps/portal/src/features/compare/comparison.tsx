import { Stack, Text, Title } from '@mantine/core';
import { SafeText } from '../../components/safe-text';
import { useStrings } from '../../strings';
import { PriceText } from '../catalog/price-text';
import type { JsonObject } from '../model/playground/draft';
import { useDraft } from '../model/playground/draft';
import { formOf } from '../model/playground/input-form';
import { InputOf, problemsOf } from '../model/playground/input-of';
import { OutcomeView } from '../model/playground/result/outcome-view';
import { RunBar } from '../model/playground/run-bar';
import { SamplePicker } from '../model/playground/sample-picker';
import { samplesOf } from '../model/playground/samples';
import { useRun, type Run } from '../model/playground/use-run';
import classes from './compare.module.css';
import { inputFor } from './compared-refs';
import type { Compared } from './use-compared';

/** One input, and the answer of each model to it. The models stay the same as long as it is shown. */
export function Comparison({ compared }: { compared: readonly Compared[] }) {
  const { model } = useStrings();
  const forms = compared.map(({ version }) => formOf(version));
  // A form of the task is easier to fill in than that of a schema; samples are of whoever has some.
  const lead = Math.max(0, forms.findIndex(({ kind }) => kind !== 'schema'));
  const form = forms[lead]!;
  const withSamples = compared.find(({ version }, at) => forms[at]!.kind === form.kind && samplesOf(version.samples).length > 0);
  const draft = useDraft(compared[lead]!.version);
  const runs = useRuns(compared.map(({ callRef }) => callRef));

  const all = {
    running: runs.some(({ running }) => running),
    start: (input: JsonObject) => runs.forEach((run, at) => run.start(inputFor(form, forms[at]!, input))),
    stop: () => runs.forEach((run) => run.stop()),
  };
  return (
    <>
      <Stack component="section" aria-labelledby="compare-input" maw={640}>
        <Title order={2} size="h4" id="compare-input">
          {model.playground.input}
        </Title>
        {withSamples && <SamplePicker version={withSamples.version} imageField={form.kind === 'image' ? form.field : undefined} draft={draft} />}
        <InputOf key={draft.revision} form={form} draft={draft} problems={runs.flatMap(({ outcome }) => problemsOf(outcome)).slice(0, 1)} />
        <RunBar prices={compared.map(({ version }) => version.price)} draft={draft} run={all} />
      </Stack>
      <div className={classes.results}>
        {compared.map(({ ref, version, model: { task } }, at) => (
          <Stack key={ref} component="section" aria-label={ref} gap="sm" className={classes.result}>
            <div>
              <Title order={2} size="h4">
                <SafeText text={ref} />
              </Title>
              <Text size="sm" c="dimmed">
                <PriceText price={version.price} />
              </Text>
            </div>
            <OutcomeView run={runs[at]!} task={task} />
          </Stack>
        ))}
      </div>
    </>
  );
}

/** A run for each ref, of which there are at most `COMPARED_MAX`: hooks come in a number that does not change. */
function useRuns(refs: readonly string[]): readonly Run[] {
  const runs = [useRun(refs[0] ?? ''), useRun(refs[1] ?? ''), useRun(refs[2] ?? ''), useRun(refs[3] ?? '')];
  return runs.slice(0, refs.length);
}
