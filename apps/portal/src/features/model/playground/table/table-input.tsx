import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { cleanText } from '../../../../components/clean-text';
import { useFigures } from '../../../../components/figures';
import { useStrings } from '../../../../strings';
import type { TableField } from '../input-form';
import type { InputProps } from '../input-props';
import { PasteRow } from './paste-row';
import { readFields, textsOf, type Texts } from './read-row';
import classes from './table.module.css';

/** From so many fields on there is something to find. */
const FILTERED_FROM = 10;

/** One field for each value of a row; many rows are found by their name and pasted as a whole. */
export function TableInput({ fields, draft, problems }: InputProps & { fields: readonly TableField[] }) {
  const { playground } = useStrings().model;
  const { count } = useFigures();
  const [texts, setTexts] = useState<Texts>(() => textsOf(draft.input, fields));
  const [filter, setFilter] = useState('');
  const { missing, unreadable } = readFields(texts, fields);
  const shown = fields.filter(({ name, description = '' }) => `${name} ${description}`.toLowerCase().includes(filter.trim().toLowerCase()));

  const change = (next: Texts) => {
    setTexts(next);
    const read = readFields(next, fields);
    draft.edit({ input: read.input, ready: read.missing.length === 0 && read.unreadable.length === 0, files: {} });
  };
  const errorOf = (name: string) => (unreadable.includes(name) ? playground.number : problems.find(({ path }) => path === name)?.message);

  return (
    <Stack gap="sm">
      <PasteRow fields={fields} onRow={(row) => change({ ...texts, ...row })} />
      {fields.length >= FILTERED_FROM && (
        <Group align="flex-end" gap="sm">
          <TextInput type="search" size="xs" label={playground.filterFields} value={filter} onChange={(event) => setFilter(event.currentTarget.value)} className={classes.filter} />
          <Text size="xs" c="dimmed" role="status" pb={6}>
            {playground.fieldsShown(count(shown.length), count(fields.length))}
          </Text>
        </Group>
      )}
      <div className={classes.fields}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" verticalSpacing={6}>
          {shown.map((field) => (
            <TextInput
              key={field.name}
              size="xs"
              label={cleanText(field.name)}
              title={field.description && cleanText(field.description)}
              required={field.required}
              inputMode={field.type === 'number' ? 'decimal' : 'text'}
              value={texts[field.name] ?? ''}
              error={errorOf(field.name)}
              onChange={(event) => change({ ...texts, [field.name]: event.currentTarget.value })}
            />
          ))}
        </SimpleGrid>
      </div>
      <Group justify="space-between" mih={26}>
        <Text size="sm" c="dimmed" role="status">
          {missing.length > 0 && playground.missing(count(missing.length))}
        </Text>
        {Object.keys(texts).length > 0 && (
          <Button variant="subtle" size="compact-sm" onClick={() => change({})}>
            {playground.emptyFields}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
