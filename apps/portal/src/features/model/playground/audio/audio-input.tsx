import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { SafeText } from '../../../../components/safe-text';
import { useDropPlace } from '../../../../browser/use-drop-place';
import { useStrings } from '../../../../strings';
import images from '../image/image.module.css';
import type { InputProps } from '../input-props';
import { toBase64 } from '../samples';
import { clock } from './clock';
import { SECONDS_MAX, toWav, type Unusable } from './convert';
import { usePlayer } from './use-player';
import { useRecorder } from './use-recorder';
import { useRecording } from './use-recording';
import { Waveform } from './waveform';
import classes from './audio.module.css';

/** A recording: of the microphone or of a file. The browser makes it the WAV that models take; it can be heard before it is sent. */
export function AudioInput({ field, draft, problems }: InputProps & { field: string }) {
  const { audio } = useStrings();
  const value = draft.input[field];
  const recording = useRecording(typeof value === 'string' ? value : undefined);
  const player = usePlayer(recording);
  const [unusable, setUnusable] = useState<Unusable>();

  const take = async (file: Blob | null | undefined) => {
    if (!file) return;
    const wav = await toWav(file);
    setUnusable(typeof wav === 'string' ? wav : undefined);
    if (typeof wav !== 'string') draft.edit({ input: { [field]: await toBase64(wav) }, ready: true, files: { [field]: 'recording.wav' } });
  };
  const recorder = useRecorder((recorded) => void take(recorded));
  const { over, handlers } = useDropPlace(({ files }) => void take(files[0]));
  const isRecording = recorder.state === 'recording';
  return (
    <Stack className={images.drop} data-over={over || undefined} gap="sm" {...handlers}>
      {recording && (
        <>
          <Waveform recording={recording} label={audio.waveform(clock(recording.duration))} position={player.position} />
          <Group gap="sm" justify="center">
            <Button variant="default" size="xs" onClick={() => (player.playing ? player.stop() : player.play())}>
              {player.playing ? audio.stopPlaying : audio.play}
            </Button>
            <Text size="sm" c="dimmed">
              {clock(player.position ?? recording.duration)}
            </Text>
          </Group>
        </>
      )}
      <Text size="sm" c="dimmed">
        {audio.drop}
      </Text>
      <Group gap="sm" justify="center">
        <Button variant={isRecording ? 'filled' : 'default'} size="sm" onClick={isRecording ? recorder.stop : recorder.start} loading={recorder.state === 'asking'}>
          {isRecording ? audio.stop : audio.record}
        </Button>
        <FileButton onChange={(file) => void take(file)} accept="audio/*">
          {(button) => (
            <Button {...button} variant="default" size="sm" disabled={isRecording}>
              {audio.choose}
            </Button>
          )}
        </FileButton>
      </Group>
      {isRecording && (
        <Text size="sm" className={classes.recording} role="status">
          {audio.recording} {clock(recorder.seconds)}
        </Text>
      )}
      {recorder.state === 'refused' && <Complaint text={audio.refused} />}
      {recorder.state === 'missing' && <Complaint text={audio.missing} />}
      {unusable === 'unreadable' && <Complaint text={audio.unreadable} />}
      {unusable === 'too-long' && <Complaint text={audio.tooLong(SECONDS_MAX / 60)} />}
      {problems.map(({ path, message }) => (
        <Complaint key={message} text={`${path} ${message}`} />
      ))}
    </Stack>
  );
}

function Complaint({ text }: { text: string }) {
  return (
    <Text size="sm" c="var(--mantine-color-error)" role="alert">
      <SafeText text={text} />
    </Text>
  );
}
