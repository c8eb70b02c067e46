import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { SafeText } from '../../../../components/safe-text';
import { useStrings } from '../../../../strings';
import type { InputProps } from '../input-props';
import { DrawingPad } from './drawing-pad';
import { ImageDrop } from './image-drop';

interface ImageInputProps extends InputProps {
  readonly field: string;
  readonly drawable: boolean;
}

/** A drawing or an image file; whichever was made last is what is sent. */
export function ImageInput({ field, drawable, draft, problems }: ImageInputProps) {
  const { playground } = useStrings().model;
  const value = draft.input[field];
  const image = typeof value === 'string' ? value : undefined;
  const [mode, setMode] = useState<'draw' | 'file'>(drawable && image === undefined ? 'draw' : 'file');

  const give = (base64: string | undefined, name: string) =>
    draft.edit(base64 === undefined ? { input: {}, ready: false, files: {} } : { input: { [field]: base64 }, ready: true, files: { [field]: name } });

  return (
    <Stack gap="sm">
      {drawable && (
        <SegmentedControl
          aria-label={playground.input}
          value={mode}
          onChange={(next) => setMode(next)}
          data={[
            { value: 'draw', label: playground.draw },
            { value: 'file', label: playground.image },
          ]}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
      {mode === 'draw' ? <DrawingPad onDrawn={(base64) => give(base64, 'drawing.png')} /> : <ImageDrop image={image} onChosen={give} />}
      {problems.map(({ path, message }) => (
        <Text key={message} size="sm" c="var(--mantine-color-error)">
          <SafeText text={`${path} ${message}`} />
        </Text>
      ))}
    </Stack>
  );
}
