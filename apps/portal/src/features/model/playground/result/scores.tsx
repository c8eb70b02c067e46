import { Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { cleanText } from '../../../../components/clean-text';
import { useFigures } from '../../../../components/figures';
import { SafeText } from '../../../../components/safe-text';
import { useStrings } from '../../../../strings';
import classes from '../playground.module.css';
import type { Classification } from './classification';

/** Labels shown; what follows is hardly probable. */
const LABELS_SHOWN = 12;
/** A label of up to so many characters is shown as large as a digit. */
const LARGE_CHARS_MAX = 3;

export function Scores({ classification: { label, score, scores } }: { classification: Classification }) {
  const { playground } = useStrings().model;
  const { share, count } = useFigures();
  const large = [...cleanText(label)].length <= LARGE_CHARS_MAX;
  return (
    <Stack gap="sm">
      <div>
        <div className={large ? classes.topLabel : classes.longLabel} data-testid="top-label">
          <SafeText text={label} />
        </div>
        <Text c="dimmed">{share(score)}</Text>
      </div>
      <Table withRowBorders={false} verticalSpacing={4} layout="fixed">
        <Table.Caption>
          <VisuallyHidden>{playground.scores}</VisuallyHidden>
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="35%">{playground.label}</Table.Th>
            <Table.Th w={90}>{playground.score}</Table.Th>
            <Table.Td aria-hidden />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {scores.slice(0, LABELS_SHOWN).map((entry, rank) => (
            <Table.Tr key={rank}>
              <Table.Th scope="row" fw={400}>
                <SafeText text={entry.label} />
              </Table.Th>
              <Table.Td>{share(entry.score)}</Table.Td>
              <Table.Td aria-hidden>
                <div className={classes.bar}>
                  <div className={classes.filled} style={{ width: `${Math.min(1, Math.max(0, entry.score)) * 100}%` }} />
                </div>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {scores.length > LABELS_SHOWN && (
        <Text size="sm" c="dimmed">
          {playground.moreLabels(count(scores.length - LABELS_SHOWN))}
        </Text>
      )}
    </Stack>
  );
}
