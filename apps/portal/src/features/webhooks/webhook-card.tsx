import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useParams } from 'react-router';
import { cleanText } from '../../components/clean-text';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { SafeText } from '../../components/safe-text';
import { ChangeWebhookDocument, TestWebhookDocument, type WebhookFieldsFragment } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

type Act = 'change' | 'rotate' | 'remove';

export function WebhookCard({ webhook, act }: { webhook: WebhookFieldsFragment; act: (what: Act) => void }) {
  const { webhooks: strings } = useStrings();
  const { organization = '' } = useParams();
  const { moment } = useFigures();
  const { id, url, about, types, disabled, formerUntil } = webhook;
  const change = useSend(ChangeWebhookDocument, { changes: [['webhooks', organization]] });
  const test = useSend(TestWebhookDocument, { changes: [['webhook-deliveries', organization]] });
  const named = (verb: string) => `${verb}: ${cleanText(url)}`;
  return (
    <Paper component="li" withBorder p="md">
      <Stack gap="xs">
        <Group justify="space-between" gap="sm">
          <Text fw={600} miw={0} style={{ overflowWrap: 'anywhere' }}>
            <SafeText text={url} />
          </Text>
          <Badge variant={disabled === null ? 'default' : 'filled'} color="red.9" tt="none">
            {disabled === null ? strings.on : strings.off}
          </Badge>
        </Group>
        {about !== '' && (
          <Text size="sm">
            <SafeText text={about} />
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {types.length === 0 ? strings.ofAll : types.join(', ')}
          {formerUntil !== null && ` · ${strings.bothUntil(moment(formerUntil))}`}
        </Text>
        {disabled !== null && (
          <Text size="sm">
            <SafeText text={disabled} />
          </Text>
        )}
        <Group gap="xs">
          <Button size="xs" variant="default" loading={test.isPending} disabled={disabled !== null} onClick={() => test.mutate({ id })} aria-label={named(strings.test)}>
            {strings.test}
          </Button>
          <Button size="xs" variant="default" onClick={() => act('change')} aria-haspopup="dialog" aria-label={named(strings.change)}>
            {strings.change}
          </Button>
          <Button size="xs" variant="default" loading={change.isPending} onClick={() => change.mutate({ input: { id, enabled: disabled !== null } })} aria-label={named(disabled === null ? strings.switchOff : strings.switchOn)}>
            {disabled === null ? strings.switchOff : strings.switchOn}
          </Button>
          <Button size="xs" variant="default" onClick={() => act('rotate')} aria-haspopup="dialog" aria-label={named(strings.rotate)}>
            {strings.rotate}
          </Button>
          <Button size="xs" variant="default" onClick={() => act('remove')} aria-haspopup="dialog" aria-label={named(strings.remove)}>
            {strings.remove}
          </Button>
        </Group>
        {[change.error, test.error].map((error, index) => error != null && <Failure key={index} error={error} />)}
      </Stack>
    </Paper>
  );
}
