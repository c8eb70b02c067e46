import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useStrings } from '../../../../../strings';
import type { JsonObject } from '../../draft';
import { useRun } from '../../use-run';
import { RunFailure } from '../run-failure';
import { cosineOf, embeddingOf, type Vector } from './embedding';
import classes from './vector.module.css';

interface VectorComparisonProps {
  readonly callRef: string;
  /** What the first vector was made of; the second text stands in its place. */
  readonly first: JsonObject;
  readonly field: string;
  readonly vector: Vector;
  /** What one call costs, as text; undefined for nothing. */
  readonly costs: string | undefined;
}

/** Embeds a second text, which is a call of its own, and says how near the two are. */
export function VectorComparison({ callRef, first, field, vector, costs }: VectorComparisonProps) {
  const { result } = useStrings();
  const [text, setText] = useState('');
  const run = useRun(callRef);
  const other = run.outcome?.__typename === 'PredictSuccess' ? embeddingOf(run.outcome.output) : undefined;
  const cosine = other && cosineOf(vector, other);
  const refused = run.outcome !== undefined && !other;
  return (
    <Stack gap="xs" component="section" aria-label={result.compareTexts}>
      <Textarea label={result.secondText} description={costs === undefined ? result.secondTextFree : result.secondTextPaid(costs)} value={text} onChange={(event) => setText(event.currentTarget.value)} autosize minRows={2} maxRows={8} />
      <Group>
        <Button variant="default" onClick={() => run.start({ ...first, [field]: text })} loading={run.running} disabled={text.trim() === ''}>
          {result.compareTexts}
        </Button>
      </Group>
      <div aria-live="polite">
        {run.error && <RunFailure error={run.error} retry={run.again} />}
        {refused && <Alert color="gray" title={result.notCompared} />}
        {cosine !== undefined && (
          <div data-testid="cosine">
            <div className={classes.cosine}>{cosine.toFixed(3)}</div>
            <Text size="sm" c="dimmed">
              {result.cosine}
            </Text>
          </div>
        )}
      </div>
    </Stack>
  );
}
