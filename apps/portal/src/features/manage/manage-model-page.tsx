import { Button, Stack, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { SafeText } from '../../components/safe-text';
import { Section } from '../../components/section';
import { Waiting } from '../../components/waiting';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { PastPublications } from '../publish/progress/past-publications';
import { ChannelCard } from './channels/channel-card';
import { PriceSection } from './prices/price-section';
import { SharesSection } from './reach/shares-section';
import { TakedownNotice } from './reach/takedown-notice';
import { VisibilitySection } from './reach/visibility-section';
import { useManagedModel } from './use-managed-model';
import { VersionTable } from './versions/version-table';

/** A model of one's own: where its calls go, its versions, who sees it. */
export function ManageModelPage() {
  const { manage } = useStrings();
  const { organization = '', name = '' } = useParams();
  const { can } = useSession();
  const ref = `${organization}/${name}`;
  const { data, error, refetch } = useManagedModel(ref);
  const home = `/org/${organization}`;

  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  const { model } = data;
  if (!model?.own) {
    return (
      <EmptyState title={manage.notYours}>
        <Button component={Link} to={`${home}/models`}>
          {manage.toModels}
        </Button>
      </EmptyState>
    );
  }
  const mayPublish = can('models:publish');
  const actions = (
    <>
      <Button component={Link} to={`/models/${ref}`} variant="default">
        {manage.openPage}
      </Button>
      {mayPublish && (
        <Button component={Link} to={`${home}/publish`}>
          {manage.publishVersion}
        </Button>
      )}
    </>
  );
  return (
    <>
      <PageHeader title={ref} description={<SafeText text={model.description} lines={2} />} actions={actions} />
      <Stack gap="xl">
        <TakedownNotice model={model} mayPublish={mayPublish} />
        <VisibilitySection model={model} mayPublish={mayPublish} />
        <SharesSection model={model} mayPublish={mayPublish} />
        <Section title={manage.channels} text={manage.channelsText}>
          {model.channels.length === 0 && <Text size="sm">{manage.noChannels}</Text>}
          <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {model.channels.map((channel) => (
              <ChannelCard key={channel.name} model={model} channel={channel} />
            ))}
          </Stack>
        </Section>
        <Section title={manage.versions}>
          <VersionTable model={model} />
        </Section>
        <PriceSection model={model} />
        {mayPublish && <PastPublications address={`${home}/publish`} of={name} />}
      </Stack>
    </>
  );
}
