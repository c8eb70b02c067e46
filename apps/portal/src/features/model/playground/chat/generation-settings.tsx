import { NumberInput, SimpleGrid, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useStrings } from '../../../../strings';
import type { JsonObject } from '../draft';
import { isNumber } from '../result/read';
import classes from './chat.module.css';
import { without } from './conversation';

/** What a task of generation lets one set by a number, and in which steps. */
const NUMBERS = { maxTokens: 16, temperature: 0.1, topP: 0.05, seed: 1 } as const;
type NumberName = keyof typeof NUMBERS;

interface GenerationSettingsProps {
  /** Those that the model takes. */
  readonly names: readonly string[];
  readonly input: JsonObject;
  readonly onChange: (input: JsonObject) => void;
}

/** How the text is to be written. What is left empty is as the model has it. */
export function GenerationSettings({ names, input, onChange }: GenerationSettingsProps) {
  const { chat } = useStrings();
  const set = (name: string, value: unknown) => onChange(value === undefined ? without(input, name) : { ...input, [name]: value });
  const numbers = (Object.keys(NUMBERS) as NumberName[]).filter((name) => names.includes(name));
  const stop = Array.isArray(input['stop']) ? input['stop'].filter((text) => typeof text === 'string') : [];
  if (names.length === 0) return null;
  return (
    <details className={classes.more}>
      <summary>{chat.settings}</summary>
      <Stack gap="xs">
        <SimpleGrid cols={2} spacing="xs">
          {numbers.map((name) => (
            <NumberInput
              key={name}
              size="xs"
              label={chat.settingNames[name]}
              step={NUMBERS[name]}
              min={0}
              allowDecimal={name === 'temperature' || name === 'topP'}
              value={isNumber(input[name]) ? input[name] : ''}
              onChange={(value) => set(name, typeof value === 'number' ? value : undefined)}
            />
          ))}
        </SimpleGrid>
        {names.includes('stop') && (
          <Textarea
            size="xs"
            label={chat.settingNames.stop}
            description={chat.stopHint}
            autosize
            minRows={1}
            value={stop.join('\n')}
            onChange={({ currentTarget: { value } }) => set('stop', value === '' ? undefined : value.split('\n').filter((line, at, all) => line !== '' || at === all.length - 1))}
          />
        )}
        {names.includes('jsonSchema') && <SchemaSetting value={input['jsonSchema']} onChange={(schema) => set('jsonSchema', schema)} />}
      </Stack>
    </details>
  );
}

function SchemaSetting({ value, onChange }: { value: unknown; onChange: (schema: JsonObject | undefined) => void }) {
  const { chat } = useStrings();
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [unread, setUnread] = useState(false);
  const change = (next: string) => {
    setText(next);
    const schema = readObject(next);
    setUnread(next.trim() !== '' && schema === undefined);
    onChange(schema);
  };
  return (
    <Textarea
      size="xs"
      label={chat.settingNames.jsonSchema}
      description={chat.schemaHint}
      error={unread && chat.schemaUnread}
      autosize
      minRows={1}
      maxRows={10}
      spellCheck={false}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function readObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
