import { Textarea } from '@mantine/core';
import { cleanText } from '../../../../components/clean-text';
import { useStrings } from '../../../../strings';
import type { InputProps } from '../input-props';

/** One text, as it is. */
export function TextInput({ field, draft, problems }: InputProps & { field: string }) {
  const { playground } = useStrings().model;
  const value = draft.input[field];
  const text = typeof value === 'string' ? value : '';
  return (
    <Textarea
      label={playground.text}
      value={text}
      error={problems.length > 0 && problems.map(({ path, message }) => cleanText(`${path} ${message}`)).join(' ')}
      autosize
      minRows={5}
      maxRows={20}
      onChange={({ currentTarget }) => draft.edit({ input: { ...draft.input, [field]: currentTarget.value }, ready: currentTarget.value !== '', files: {} })}
    />
  );
}
