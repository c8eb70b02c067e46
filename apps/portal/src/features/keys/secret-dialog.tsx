import { Anchor, Button, Group, Modal, Stack, Tabs, Text } from '@mantine/core';
import { Link } from 'react-router';
import { CodeBlock } from '../../components/code-block';
import { SafeText } from '../../components/safe-text';
import { useStrings } from '../../strings';
import { snippetsFor } from './snippets';

/** Shows a new key's secret, this once. It is closed by its button alone, so that no slip of the hand loses it. */
export function SecretDialog({ secret, name, close }: { secret: string; name: string; close: () => void }) {
  const { keys } = useStrings();
  const snippets = snippetsFor(window.location.origin, secret);
  return (
    <Modal opened onClose={close} title={keys.secretTitle} size="lg" withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false}>
      <Stack>
        <Text>
          <SafeText text={name} />: {keys.secretText}
        </Text>
        <CodeBlock code={secret} language="text" label={keys.secret} wrap />
        <Text size="sm" c="dimmed">
          {keys.snippetText}{' '}
          <Anchor component={Link} to="/" onClick={close} inherit>
            {keys.snippetLink}
          </Anchor>
        </Text>
        <Tabs defaultValue={snippets[0]!.name} keepMounted={false}>
          <Tabs.List>
            {snippets.map(({ name: tab }) => (
              <Tabs.Tab key={tab} value={tab}>
                {tab}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {snippets.map(({ name: tab, language, code }) => (
            <Tabs.Panel key={tab} value={tab} pt="sm">
              <CodeBlock code={code} language={language} label={tab} />
            </Tabs.Panel>
          ))}
        </Tabs>
        <Group justify="flex-end">
          <Button onClick={close}>{keys.stored}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
