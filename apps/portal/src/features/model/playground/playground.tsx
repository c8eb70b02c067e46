import { Stack, Title } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { Waiting } from '../../../components/waiting';
import { useStrings } from '../../../strings';
import type { ModelVersion } from '../model';
import type { Draft } from './draft';
import { ImageInput } from './image/image-input';
import { formOf, type InputForm } from './input-form';
import classes from './playground.module.css';
import { OutcomeView } from './result/outcome-view';
import { RunBar } from './run-bar';
import { SamplePicker } from './sample-picker';
import { TableInput } from './table/table-input';
import { useRun, type Outcome } from './use-run';

const SchemaInput = lazy(() => import('./schema/schema-input').then(({ SchemaInput: input }) => ({ default: input })));

/** Puts an input together, runs the model on it, and shows what it says. */
export function Playground({ version, callRef, draft }: { version: ModelVersion; callRef: string; draft: Draft }) {
  const { playground } = useStrings().model;
  const form = useMemo(() => formOf(version), [version]);
  const run = useRun(callRef);
  return (
    <div className={classes.sides}>
      <Stack component="section" aria-labelledby="playground-input">
        <Title order={2} size="h4" id="playground-input">
          {playground.input}
        </Title>
        <SamplePicker version={version} imageField={form.kind === 'image' ? form.field : undefined} draft={draft} />
        <Suspense fallback={<Waiting />}>
          <InputOf key={draft.revision} form={form} draft={draft} problems={problemsOf(run.outcome)} />
        </Suspense>
        <RunBar price={version.price} draft={draft} run={run} />
      </Stack>
      <Stack component="section" aria-labelledby="playground-result">
        <Title order={2} size="h4" id="playground-result">
          {playground.result}
        </Title>
        <OutcomeView run={run} />
      </Stack>
    </div>
  );
}

export interface InputProps {
  readonly draft: Draft;
  readonly problems: readonly InputProblem[];
}

export interface InputProblem {
  readonly path: string;
  readonly message: string;
}

function InputOf({ form, ...props }: InputProps & { form: InputForm }) {
  switch (form.kind) {
    case 'image':
      return <ImageInput {...props} field={form.field} drawable={form.drawable} />;
    case 'table':
      return <TableInput {...props} fields={form.fields} />;
    case 'schema':
      return <SchemaInput {...props} schema={form.schema} />;
  }
}

function problemsOf(outcome: Outcome | undefined): readonly InputProblem[] {
  return outcome?.__typename === 'InputInvalid' ? outcome.problems : [];
}
