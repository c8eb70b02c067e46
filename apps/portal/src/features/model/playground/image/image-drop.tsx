import { Button, FileButton, Image, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { cleanText } from '../../../../components/clean-text';
import { useDropPlace } from '../../../../browser/use-drop-place';
import { useStrings } from '../../../../strings';
import { toBase64 } from '../samples';
import { imageAddress } from './image-type';
import classes from './image.module.css';

const TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** Takes an image by drop or by choice, and shows the one that will be sent. */
export function ImageDrop({ image, onChosen }: { image: string | undefined; onChosen: (base64: string, name: string) => void }) {
  const { playground } = useStrings().model;
  const [refused, setRefused] = useState<string>();

  const take = async (file: File | null | undefined) => {
    if (!file) return;
    const base64 = await toBase64(file);
    const known = imageAddress(base64) !== undefined;
    setRefused(known ? undefined : file.name);
    if (known) onChosen(base64, fileName(file.name));
  };
  const place = useRef<HTMLDivElement>(null);
  // Another tab of the page may be open, where nobody sees what is pasted here.
  usePasted((file) => place.current?.offsetParent && void take(file));
  const { over, handlers } = useDropPlace(({ files }) => void take(files[0]));
  return (
    <Stack ref={place} className={classes.drop} data-over={over || undefined} align="center" gap="sm" {...handlers}>
      {image !== undefined && <Image src={imageAddress(image)} alt={playground.chosen} className={classes.preview} />}
      <Text size="sm" c="dimmed">
        {playground.drop}
      </Text>
      <FileButton onChange={(file) => void take(file)} accept={TYPES.join(',')}>
        {(button) => (
          <Button {...button} variant="default" size="sm">
            {playground.choose}
          </Button>
        )}
      </FileButton>
      {refused !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {playground.notAnImage(cleanText(refused))}
        </Text>
      )}
    </Stack>
  );
}

/** A file that is pasted anywhere on the page while this is shown; text that is pasted into a field is not one. */
function usePasted(onPasted: (file: File) => void): void {
  const heard = useRef(onPasted);
  heard.current = onPasted;
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const file = Array.from(clipboardData?.files ?? []).find(({ type }) => TYPES.includes(type));
      if (file) heard.current(file);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
}

/** A name that stands unquoted in a command: example calls read this file. */
function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+/, '') || 'image';
}
