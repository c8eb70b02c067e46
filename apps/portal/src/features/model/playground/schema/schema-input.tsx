import { SegmentedControl, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useStrings } from '../../../../strings';
import type { JsonObject } from '../draft';
import type { InputProps } from '../input-props';
import { JsonInput } from './json-input';
import { SchemaForm } from './schema-form';

/** Any input at all: a form made of the schema, or the JSON itself. */
export function SchemaInput({ schema, draft, problems }: InputProps & { schema: JsonObject }) {
  const { playground } = useStrings().model;
  const [mode, setMode] = useState<'form' | 'json'>('form');
  const give = (input: JsonObject | undefined) => draft.edit({ input: input ?? draft.input, ready: input !== undefined, files: {} });

  // An empty object is an input too: whether it fits, the model says.
  useEffect(() => {
    if (!draft.ready) give(draft.input);
    // Once, when the form opens.
  }, []);
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={playground.input}
        value={mode}
        onChange={(next) => setMode(next)}
        data={[
          { value: 'form', label: playground.form },
          { value: 'json', label: playground.json },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      {mode === 'form' ? (
        <SchemaForm schema={schema} input={draft.input} problems={problems} onChange={give} />
      ) : (
        <JsonInput schema={schema} input={draft.input} onChange={give} />
      )}
    </Stack>
  );
}
