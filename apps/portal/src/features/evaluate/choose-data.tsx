import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import type { LineProblem, Scorer } from '@steelyard/client/evaluation';
import { useRef, useState } from 'react';
import { SafeText } from '../../components/safe-text';
import { useDropPlace } from '../../browser/use-drop-place';
import { useStrings } from '../../strings';
import { readChosen, readDropped } from '../publish/package/read-dropped';
import classes from './evaluate.module.css';
import { openData, type DroppedFile, type OpenedData } from './read-files';

const PROBLEMS_SHOWN = 10;

interface ChooseDataProps {
  readonly data: OpenedData | undefined;
  readonly scorer: Scorer | undefined;
  readonly problems: readonly LineProblem[];
  readonly disabled: boolean;
  readonly onOpen: (data: OpenedData | undefined) => void;
}

/** Where a file of lines is dropped or chosen, with the files that its lines name. It is read here and nowhere else until the run. */
export function ChooseData({ data, scorer, problems, disabled, onOpen }: ChooseDataProps) {
  const { evaluate } = useStrings();
  const [refused, setRefused] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const take = async (files: Promise<readonly DroppedFile[]>) => {
    const opened = await openData(await files);
    setRefused(!opened);
    onOpen(opened);
  };
  const { over, handlers } = useDropPlace(({ items }) => void take(readDropped(items)), disabled);
  return (
    <Stack gap="sm" maw={640}>
      <Text size="sm">
        {evaluate.dataHint} <Code>{'{"input": {…}, "expected": …}'}</Code>
      </Text>
      {scorer && (
        <Text size="sm" c="dimmed">
          {evaluate.expects(scorer.expects)} {evaluate.filesHint}
        </Text>
      )}
      <div
        className={classes.drop}
        data-active={over || undefined}
        data-testid="data-drop"
        {...handlers}
      >
        <Group justify="center" gap="sm">
          <Text fw={600}>{evaluate.drop}</Text>
          <Button variant="default" size="sm" disabled={disabled} onClick={() => input.current?.click()}>
            {evaluate.chooseFiles}
          </Button>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-label={evaluate.chooseFiles}
            onChange={({ currentTarget }) => {
              if (currentTarget.files?.length) void take(Promise.resolve(readChosen(currentTarget.files)));
              // The same file may be chosen again after it was mended.
              currentTarget.value = '';
            }}
          />
        </Group>
      </div>
      {refused && (
        <Alert color="red" variant="light" role="alert">
          {evaluate.refused}
        </Alert>
      )}
      {data && (
        <Text size="sm" role="status">
          <SafeText text={evaluate.opened(data.name, data.dataset.lines.length)} />
        </Text>
      )}
      {problems.length > 0 && (
        <Alert color="red" variant="light" role="alert" title={evaluate.problems(problems.length)}>
          <List size="sm">
            {problems.slice(0, PROBLEMS_SHOWN).map(({ line, message }, place) => (
              <List.Item key={place}>
                <SafeText text={evaluate.problem(line, message)} />
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  );
}
