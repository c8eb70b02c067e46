import { Button, FileButton, Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { cleanText } from '../../../../components/clean-text';
import { useFigures } from '../../../../components/figures';
import { useStrings } from '../../../../strings';
import type { InputProps } from '../input-props';
import { isNumber } from '../result/read';
import { readSeries, type Series } from './read-series';
import { SeriesLine } from './series-line';

/** A file beyond this is no list of numbers that a model takes. */
const FILE_BYTES_MAX = 8 * 1024 * 1024;

/** A series of numbers: typed, pasted, or a column of a CSV file. */
export function SeriesInput({ field, draft, problems }: InputProps & { field: string }) {
  const { series: strings } = useStrings();
  const { count } = useFigures();
  const value = draft.input[field];
  const values = Array.isArray(value) ? value.filter(isNumber) : [];
  const [text, setText] = useState(() => values.join('\n'));
  const [found, setFound] = useState<readonly Series[]>([]);
  const [tooLarge, setTooLarge] = useState(false);

  const use = (series: Series | undefined) =>
    draft.edit(series === undefined ? { input: {}, ready: false, files: {} } : { input: { ...draft.input, [field]: series.values }, ready: true, files: {} });
  const change = (next: string) => {
    const columns = readSeries(next);
    setText(next);
    setFound(columns);
    // Of a table with a number of the row or a year first, the last column is most often what was measured.
    use(columns.at(-1));
  };
  const take = async (file: File | null) => {
    if (!file) return;
    setTooLarge(file.size > FILE_BYTES_MAX);
    if (file.size <= FILE_BYTES_MAX) change(await file.text());
  };
  const error = tooLarge ? strings.tooLarge : text.trim() !== '' && values.length === 0 ? strings.unread : problems.map(({ path, message }) => cleanText(`${path} ${message}`)).join(' ');
  return (
    <Stack gap="sm">
      <Textarea
        label={strings.label}
        description={strings.hint}
        value={text}
        error={error}
        autosize
        minRows={4}
        maxRows={10}
        spellCheck={false}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <Group gap="sm" align="flex-end">
        <FileButton onChange={(file) => void take(file)} accept=".csv,.tsv,.txt,text/csv,text/plain">
          {(button) => (
            <Button {...button} variant="default" size="sm">
              {strings.choose}
            </Button>
          )}
        </FileButton>
        {found.length > 1 && (
          <NativeSelect
            label={strings.column}
            size="sm"
            defaultValue={String(found.length - 1)}
            data={found.map(({ name }, at) => ({ value: String(at), label: cleanText(name) || count(at + 1) }))}
            onChange={(event) => use(found[Number(event.currentTarget.value)])}
          />
        )}
      </Group>
      {values.length > 0 && (
        <div>
          <SeriesLine values={values} label={strings.line(count(values.length))} />
          <Text size="sm" c="dimmed" role="status">
            {strings.count(count(values.length))}
          </Text>
        </div>
      )}
    </Stack>
  );
}
