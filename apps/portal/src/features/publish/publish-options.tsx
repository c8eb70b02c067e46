import { Autocomplete, Checkbox, Group, Stack, Switch, Title } from '@mantine/core';
import { useStrings } from '../../strings';

export interface Options {
  readonly public: boolean;
  /** Empty: none. */
  readonly channel: string;
  readonly dryRun: boolean;
}

export const CHANNEL = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

interface PublishOptionsProps {
  readonly options: Options;
  readonly onChange: (options: Options) => void;
  readonly disabled: boolean;
}

/** Who sees the model, and where its version goes. */
export function PublishOptions({ options, onChange, disabled }: PublishOptionsProps) {
  const { publish } = useStrings();
  const { channel, dryRun } = options;
  const set = (change: Partial<Options>) => onChange({ ...options, ...change });
  return (
    <section aria-labelledby="options-title">
      <Stack gap="md">
        <Title order={2} size="h4" id="options-title">
          {publish.options}
        </Title>
        <Group gap="xl" align="flex-start">
          <Stack gap="md">
            <Switch label={publish.public} description={publish.publicHint} checked={options.public} disabled={disabled || dryRun} onChange={({ currentTarget }) => set({ public: currentTarget.checked })} />
            <Checkbox label={publish.dryRun} description={publish.dryRunHint} checked={dryRun} disabled={disabled} onChange={({ currentTarget }) => set({ dryRun: currentTarget.checked })} />
          </Stack>
          <Autocomplete
            label={publish.channel}
            description={publish.channelHint}
            placeholder={publish.channelNone}
            data={['stable', 'beta']}
            value={channel}
            disabled={disabled || dryRun}
            error={channel !== '' && !CHANNEL.test(channel) ? publish.channelProblem : undefined}
            onChange={(value) => set({ channel: value.trim() })}
            maw={360}
          />
        </Group>
      </Stack>
    </section>
  );
}
