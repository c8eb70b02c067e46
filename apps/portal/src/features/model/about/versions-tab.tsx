import { Stack, Title } from '@mantine/core';
import { useStrings } from '../../../strings';
import type { Model, ModelVersion } from '../model';
import { ChannelList } from './channel-list';
import { VersionList } from './version-list';

export function VersionsTab({ model, version }: { model: Model; version: ModelVersion }) {
  const { model: strings } = useStrings();
  return (
    <Stack gap="xl">
      <section aria-labelledby="model-channels">
        <Title order={2} size="h4" id="model-channels" mb={4}>
          {strings.channels}
        </Title>
        <ChannelList channels={model.channels} />
      </section>
      <section aria-labelledby="model-versions">
        <Title order={2} size="h4" id="model-versions" mb="sm">
          {strings.versions}
        </Title>
        <VersionList model={model} shown={version.version} />
      </section>
    </Stack>
  );
}
