import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { cleanText } from '../../../../../components/clean-text';
import { useFigures } from '../../../../../components/figures';
import { useStrings } from '../../../../../strings';
import { huesOf } from '../hues';
import { BoxList } from './box-list';
import { BoxStage } from './box-stage';
import type { Detection } from './detection';

/** What was found in an image: each with a box over it, and all of them as a list. */
export function DetectionView({ detection: { size, objects }, image }: { detection: Detection; image: string | undefined }) {
  const { result } = useStrings();
  const { share, count } = useFigures();
  const [marked, setMarked] = useState<number>();
  const { items, total } = objects;
  const hues = huesOf(items.map(({ label }) => label));
  const boxes = items.map(({ box, label, score, keypoints }) => ({ box, hue: hues.get(label)!, tag: `${cleanText(label)} ${share(score)}`, points: keypoints }));
  return (
    <Stack gap="sm">
      <Text fw={600}>{total === 0 ? result.nothingFound : result.objects(total, count(total))}</Text>
      <BoxStage image={image} label={result.imageWithBoxes(count(total))} size={size} boxes={boxes} marked={marked} onMark={setMarked} />
      {total > 0 && (
        <BoxList label={result.objectList} entries={items.map(({ label, score }) => ({ text: label, score, hue: hues.get(label)! }))} total={total} marked={marked} onMark={setMarked} />
      )}
    </Stack>
  );
}
