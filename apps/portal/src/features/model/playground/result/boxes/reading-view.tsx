import { Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { withoutTurns } from '../../../../../components/clean-text';
import { CopyButton } from '../../../../../components/actions/copy-button';
import { useFigures } from '../../../../../components/figures';
import { useStrings } from '../../../../../strings';
import playground from '../../playground.module.css';
import { BoxList } from './box-list';
import { BoxStage } from './box-stage';
import type { Reading } from './reading';

/** Of a longer text the beginning is shown; copied is all of it. */
const TEXT_CHARS_MAX = 20_000;

/** The text of an image, to copy, and where each of its lines stands. */
export function ReadingView({ reading: { text, size, lines }, image }: { reading: Reading; image: string | undefined }) {
  const { result } = useStrings();
  const { count } = useFigures();
  const [marked, setMarked] = useState<number>();
  const shown = text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)} …` : text;
  return (
    <Stack gap="sm">
      {text.trim() === '' ? (
        <Text fw={600}>{result.noText}</Text>
      ) : (
        <div>
          <Group justify="space-between" mb={4}>
            <Text fw={600}>{result.readText}</Text>
            <CopyButton text={text} label={result.copyText} />
          </Group>
          <div className={playground.text} data-short="true" role="region" aria-label={result.readText} tabIndex={0}>
            {withoutTurns(shown)}
          </div>
        </div>
      )}
      <BoxStage image={image} label={result.imageWithLines(count(lines.total))} size={size} boxes={lines.items.map(({ box }) => ({ box, hue: 0 }))} marked={marked} onMark={setMarked} />
      {lines.total > 0 && (
        <BoxList label={result.lineList} entries={lines.items.map(({ text: line, score }) => ({ text: line, score, hue: 0 }))} total={lines.total} marked={marked} onMark={setMarked} />
      )}
    </Stack>
  );
}
