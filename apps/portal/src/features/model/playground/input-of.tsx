import { lazy, Suspense } from 'react';
import { Waiting } from '../../../components/waiting';
import { ImageInput } from './image/image-input';
import type { InputForm } from './input-form';
import type { InputProblem, InputProps } from './input-props';
import { TableInput } from './table/table-input';
import { TextInput } from './text/text-input';
import type { Outcome } from './use-run';

const SchemaInput = lazy(() => import('./schema/schema-input').then(({ SchemaInput: input }) => ({ default: input })));
const AudioInput = lazy(() => import('./audio/audio-input').then(({ AudioInput: input }) => ({ default: input })));
const SeriesInput = lazy(() => import('./series/series-input').then(({ SeriesInput: input }) => ({ default: input })));
const GenerationInput = lazy(() => import('./chat/generation-input').then(({ GenerationInput: input }) => ({ default: input })));

/** The form of an input. */
export function InputOf({ form, ...props }: InputProps & { form: InputForm }) {
  return (
    <Suspense fallback={<Waiting />}>
      <FormOf form={form} {...props} />
    </Suspense>
  );
}

function FormOf({ form, ...props }: InputProps & { form: InputForm }) {
  switch (form.kind) {
    case 'image':
      return <ImageInput {...props} field={form.field} drawable={form.drawable} />;
    case 'audio':
      return <AudioInput {...props} field={form.field} />;
    case 'text':
      return <TextInput {...props} field={form.field} />;
    case 'series':
      return <SeriesInput {...props} field={form.field} />;
    case 'generation':
      return <GenerationInput {...props} modes={form.modes} settings={form.settings} />;
    case 'table':
      return <TableInput {...props} fields={form.fields} />;
    case 'schema':
      return <SchemaInput {...props} schema={form.schema} />;
  }
}

/** What the latest run did not take. */
export function problemsOf(outcome: Outcome | undefined): readonly InputProblem[] {
  return outcome?.__typename === 'InputInvalid' ? outcome.problems : [];
}
