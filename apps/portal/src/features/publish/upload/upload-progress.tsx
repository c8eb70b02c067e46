import { Alert, Button, Group, Progress as Bar, Stack, Text } from '@mantine/core';
import { useFigures } from '../../../components/figures';
import { useLanguage } from '../../../strings';
import { sizeText } from '../size-text';
import type { Progress } from './use-publishing';

/** How far reading and sending are, in all; and what is done about a lost connection. */
export function UploadProgress({ progress, onCancel }: { progress: Progress; onCancel: () => void }) {
  const { strings, language } = useLanguage();
  const { publish } = strings;
  const figures = useFigures();
  const share = progress.step === 'starting' ? 1 : progress.bytes / Math.max(1, progress.total);
  return (
    <Stack gap="xs" data-testid="upload-progress">
      <Group justify="space-between">
        <Text fw={600} role="status">
          {publish[progress.step]}
        </Text>
        {progress.step !== 'starting' && <Text size="sm">{publish.progress(sizeText(progress.bytes, language), sizeText(progress.total, language))}</Text>}
        <Button variant="default" size="xs" onClick={onCancel}>
          {publish.cancel}
        </Button>
      </Group>
      <Bar.Root size="lg">
        <Bar.Section value={share * 100} aria-label={publish[progress.step]} />
      </Bar.Root>
      {progress.step === 'sending' && progress.waitMs !== undefined && (
        <Alert color="yellow" variant="light" role="alert">
          {publish.waiting(figures.duration(progress.waitMs))}
        </Alert>
      )}
    </Stack>
  );
}
