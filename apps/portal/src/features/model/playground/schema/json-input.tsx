import { List, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { SafeText } from '../../../../components/safe-text';
import { useStrings } from '../../../../strings';
import type { JsonObject } from '../draft';
import { checkInput } from './check-input';

/** Mismatches listed at once. */
const PROBLEMS_SHOWN = 10;

interface JsonInputProps {
  readonly schema: JsonObject;
  readonly input: JsonObject;
  /** Undefined while the text is no JSON object. */
  readonly onChange: (input: JsonObject | undefined) => void;
}

/** The input as text; says what is wrong with it while one types. */
export function JsonInput({ schema, input, onChange }: JsonInputProps) {
  const { playground } = useStrings().model;
  const [text, setText] = useState(() => JSON.stringify(input, null, 2));
  const read = readObject(text);
  const error = read === 'no-object' ? playground.jsonObject : typeof read === 'string' ? playground.jsonUnread(read) : undefined;
  const problems = typeof read === 'string' ? [] : checkInput(schema, read);

  const change = (next: string) => {
    setText(next);
    const value = readObject(next);
    onChange(typeof value === 'string' ? undefined : value);
  };
  return (
    <Stack gap="xs">
      <Textarea
        label={playground.jsonLabel}
        value={text}
        error={error}
        autosize
        minRows={6}
        maxRows={20}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--mantine-font-size-sm)' } }}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <div role="status">
        <List size="sm" c="var(--mantine-color-error)">
          {problems.slice(0, PROBLEMS_SHOWN).map(({ path, message }) => (
            <List.Item key={`${path} ${message}`}>
              <SafeText text={`${path || playground.wholeInput} ${message}`} />
            </List.Item>
          ))}
        </List>
      </div>
    </Stack>
  );
}

/** The object, or why it is none. */
function readObject(text: string): JsonObject | string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : 'no-object';
  } catch (error) {
    return (error as Error).message;
  }
}
