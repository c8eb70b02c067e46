import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { CodeBlock } from './code-block';
import { useStrings } from '../strings';

/** Shows the secret that alerts are signed with, this once. It is closed by its button alone, so that no slip of the hand loses it. */
export function WebhookSecret({ secret, close }: { secret: string; close: () => void }) {
  const { budgets: strings } = useStrings();
  return (
    <Modal opened onClose={close} title={strings.secretTitle} size="lg" withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false}>
      <Stack>
        <Text>{strings.secretText}</Text>
        <CodeBlock code={secret} language="text" label={strings.secret} wrap />
        <Group justify="flex-end">
          <Button onClick={close}>{strings.stored}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
