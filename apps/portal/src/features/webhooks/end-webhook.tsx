import { Text } from '@mantine/core';
import { useParams } from 'react-router';
import { Confirm } from '../../components/actions/confirm';
import { SafeText } from '../../components/safe-text';
import { RemoveWebhookDocument, RotateWebhookSecretDocument, type WebhookFieldsFragment } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

interface Props {
  readonly webhook: WebhookFieldsFragment;
  readonly close: () => void;
}

export function RemoveWebhook({ webhook: { id, url }, close }: Props) {
  const { webhooks: strings } = useStrings();
  const { organization = '' } = useParams();
  const { mutate, isPending, error } = useSend(RemoveWebhookDocument, { changes: [['webhooks', organization], ['webhook-deliveries', organization]], done: close });
  return (
    <Confirm opened danger title={strings.removeTitle} verb={strings.remove} busy={isPending} error={error} onConfirm={() => mutate({ id })} onClose={close}>
      <Text>
        <SafeText text={url} />: {strings.removeText}
      </Text>
    </Confirm>
  );
}

export function RotateSecret({ webhook: { id, url }, close, made }: Props & { readonly made: (secret: string) => void }) {
  const { webhooks: strings } = useStrings();
  const { organization = '' } = useParams();
  const { mutate, isPending, error } = useSend(RotateWebhookSecretDocument, { changes: [['webhooks', organization]], done: ({ rotateWebhookSecret }) => made(rotateWebhookSecret.secret) });
  return (
    <Confirm opened title={strings.rotateTitle} verb={strings.rotate} busy={isPending} error={error} onConfirm={() => mutate({ id })} onClose={close}>
      <Text>
        <SafeText text={url} />: {strings.rotateText}
      </Text>
    </Confirm>
  );
}
