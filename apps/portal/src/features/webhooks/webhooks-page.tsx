import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { Waiting } from '../../components/waiting';
import { WebhookSecret } from '../../components/webhook-secret';
import { WebhooksDocument, type WebhookFieldsFragment } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useStrings } from '../../strings';
import { DeliveryList } from './delivery-list';
import { EditWebhook } from './edit-webhook';
import { RemoveWebhook, RotateSecret } from './end-webhook';
import { WebhookCard } from './webhook-card';

type Doing = { what: 'add' } | { what: 'change' | 'rotate' | 'remove'; webhook: WebhookFieldsFragment } | { what: 'keep'; secret: string };

/** The addresses that are told of what happens to the organization, and what they answered. */
export function WebhooksPage() {
  const { webhooks: strings } = useStrings();
  const { organization = '' } = useParams();
  const { data, error, refetch } = useQuery({ queryKey: ['webhooks', organization], queryFn: ({ signal }) => ask(WebhooksDocument, undefined, signal) });
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const keep = (secret: string) => setDoing({ what: 'keep', secret });
  const all = data?.webhooks ?? [];
  const add = <Button onClick={() => setDoing({ what: 'add' })}>{strings.add}</Button>;
  return (
    <>
      <PageHeader title={strings.title} description={strings.text} actions={all.length > 0 && add} />
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />)}
      {data && all.length === 0 && (
        <EmptyState title={strings.none} text={strings.noneText}>
          {add}
        </EmptyState>
      )}
      {all.length > 0 && (
        <Stack gap="xl">
          <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {all.map((webhook) => (
              <WebhookCard key={webhook.id} webhook={webhook} act={(what) => setDoing({ what, webhook })} />
            ))}
          </Stack>
          <DeliveryList webhooks={all} />
        </Stack>
      )}
      {doing?.what === 'add' && <EditWebhook types={data?.webhookTypes ?? []} close={close} made={keep} />}
      {doing?.what === 'change' && <EditWebhook types={data?.webhookTypes ?? []} webhook={doing.webhook} close={close} made={keep} />}
      {doing?.what === 'rotate' && <RotateSecret webhook={doing.webhook} close={close} made={keep} />}
      {doing?.what === 'remove' && <RemoveWebhook webhook={doing.webhook} close={close} />}
      {doing?.what === 'keep' && <WebhookSecret secret={doing.secret} close={close} />}
    </>
  );
}
