import { Button, Group, Stack, Text } from '@mantine/core';
import { useFigures } from '../../../../../components/figures';
import { useStrings } from '../../../../../strings';
import { clock } from '../../audio/clock';
import { useRecording } from '../../audio/use-recording';
import { usePlayer } from '../../audio/use-player';
import { Waveform } from '../../audio/waveform';
import classes from '../../audio/audio.module.css';
import type { Speech } from './speech';

/** Where somebody speaks: over the waveform of the recording, and as a list from which it plays. */
export function SpeechView({ speech: { segments, speechSeconds, durationSeconds }, audio }: { speech: Speech; audio: string | undefined }) {
  const { result } = useStrings();
  const { share, count } = useFigures();
  const recording = useRecording(audio);
  const player = usePlayer(recording);
  const { items, total } = segments;
  return (
    <Stack gap="sm">
      <Text fw={600}>{total === 0 ? result.noSpeech : result.speech(clock(speechSeconds), clock(durationSeconds))}</Text>
      {recording && <Waveform recording={recording} label={result.speechWaveform(count(total))} segments={items} position={player.position} />}
      {total > 0 && (
        <ol className={classes.segments} aria-label={result.segmentList} tabIndex={0}>
          {items.map(({ start, end, score }, at) => (
            <li key={at}>
              <Group gap="sm" wrap="nowrap">
                <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
                  {clock(start)} – {clock(end)}
                </Text>
                <Text size="sm" c="dimmed">
                  {share(score)}
                </Text>
                {recording && (
                  <Button size="compact-xs" variant="default" onClick={() => player.play(start)} aria-label={result.playFrom(clock(start))}>
                    {result.play}
                  </Button>
                )}
              </Group>
            </li>
          ))}
        </ol>
      )}
      {total > items.length && (
        <Text size="sm" c="dimmed">
          {result.more(count(total - items.length))}
        </Text>
      )}
      {player.playing && (
        <div>
          <Button size="xs" variant="default" onClick={player.stop}>
            {result.stopPlaying}
          </Button>
        </div>
      )}
    </Stack>
  );
}
