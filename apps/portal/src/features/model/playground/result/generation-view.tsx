import { Text } from '@mantine/core';
import type { Generation } from '@steelyard/tasks';
import { withoutTurns } from '../../../../components/clean-text';
import { useFigures } from '../../../../components/figures';
import { useStrings } from '../../../../strings';
import classes from '../playground.module.css';

export function GenerationView({ generation: { text, finishReason, usage } }: { generation: Generation }) {
  const { playground } = useStrings().model;
  const { count } = useFigures();
  return (
    <div>
      <p className={classes.text}>{withoutTurns(text)}</p>
      <Text size="xs" c="dimmed">
        {playground.tokens(count(usage.inputTokens), count(usage.outputTokens))} · {finishReason === 'length' ? playground.endedByLength : playground.endedByItself}
      </Text>
    </div>
  );
}
