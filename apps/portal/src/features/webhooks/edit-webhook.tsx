import { Button, Checkbox, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useParams } from 'react-router';
import { fieldError, FormError, type FieldOfCode } from '../../components/form-error';
import { AddWebhookDocument, ChangeWebhookDocument, type WebhookFieldsFragment } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

const FIELDS: FieldOfCode<'url' | 'about' | 'types'> = {
  'WEBHOOKS.ADDRESS_INVALID': 'url',
  'WEBHOOKS.ABOUT_INVALID': 'about',
  'WEBHOOKS.TYPES_INVALID': 'types',
};

interface EditWebhookProps {
  /** All that there are. */
  readonly types: readonly string[];
  /** The one that is changed; absent for a new one. */
  readonly webhook?: WebhookFieldsFragment;
  readonly close: () => void;
  /** Is given the secret of a new one. */
  readonly made: (secret: string) => void;
}

/** An address, what it is for, and what it is told of. */
export function EditWebhook({ types, webhook, close, made }: EditWebhookProps) {
  const { webhooks: strings, shell } = useStrings();
  const { organization = '' } = useParams();
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [about, setAbout] = useState(webhook?.about ?? '');
  const [chosen, setChosen] = useState<string[]>([...(webhook?.types ?? [])]);
  const [some, setSome] = useState((webhook?.types.length ?? 0) > 0);
  const changes = [['webhooks', organization]];
  const adding = useSend(AddWebhookDocument, { changes, done: ({ addWebhook }) => made(addWebhook.secret) });
  const changing = useSend(ChangeWebhookDocument, { changes, done: close });
  const error = adding.error ?? changing.error;

  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const input = { url, about, types: some ? chosen : [] };
    if (webhook) changing.mutate({ input: { id: webhook.id, ...input } });
    else adding.mutate({ input });
  };
  return (
    <Modal opened onClose={close} title={webhook ? strings.changeTitle : strings.add} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack component="form" onSubmit={send}>
        <TextInput label={strings.url} description={strings.urlText} value={url} onChange={({ currentTarget }) => setUrl(currentTarget.value)} error={fieldError(error, FIELDS, 'url')} autoComplete="off" required data-autofocus />
        <TextInput label={strings.about} value={about} onChange={({ currentTarget }) => setAbout(currentTarget.value)} error={fieldError(error, FIELDS, 'about')} maxLength={200} autoComplete="off" />
        <Radio.Group label={strings.told} value={some ? 'some' : 'all'} onChange={(value) => setSome(value === 'some')} error={fieldError(error, FIELDS, 'types')}>
          <Stack gap="xs" mt="xs">
            <Radio value="all" label={strings.ofAll} />
            <Radio value="some" label={strings.ofSome} />
          </Stack>
        </Radio.Group>
        {some && (
          <Checkbox.Group label={strings.events} value={chosen} onChange={setChosen} ml="xl">
            <Stack gap="xs" mt="xs">
              {types.map((type) => (
                <Checkbox key={type} value={type} label={type} description={(strings.eventTexts as Record<string, string>)[type]} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <FormError error={error} fields={FIELDS} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button type="submit" loading={adding.isPending || changing.isPending} disabled={url.trim() === '' || (some && chosen.length === 0)}>
            {webhook ? strings.save : strings.add}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
