import { Button, Stack, Text, Textarea } from '@mantine/core';
import { withoutTurns } from '../../../../components/clean-text';
import { useStrings } from '../../../../strings';
import classes from './chat.module.css';
import type { Conversation } from './conversation';

/** What was said so far, and the next message. */
export function ChatInput({ conversation, onChange }: { conversation: Conversation; onChange: (conversation: Conversation) => void }) {
  const { chat } = useStrings();
  const { said, next, system } = conversation;
  return (
    <Stack gap="sm">
      {said.length > 0 && (
        <>
          <ol className={classes.said} aria-label={chat.conversation} tabIndex={0}>
            {said.map(({ role, content }, at) => (
              <li key={at} className={classes.message} data-role={role}>
                <Text size="xs" fw={600}>
                  {chat.roles[role]}
                </Text>
                <div className={classes.words}>{withoutTurns(content)}</div>
              </li>
            ))}
          </ol>
          <Button variant="subtle" size="compact-sm" onClick={() => onChange({ system, said: [], next })} style={{ alignSelf: 'flex-end' }}>
            {chat.startOver}
          </Button>
        </>
      )}
      <Textarea label={chat.message} value={next} autosize minRows={3} maxRows={12} onChange={(event) => onChange({ ...conversation, next: event.currentTarget.value })} />
      <details className={classes.more}>
        <summary>{chat.system}</summary>
        <Textarea aria-label={chat.system} description={chat.systemHint} value={system} autosize minRows={2} maxRows={8} onChange={(event) => onChange({ ...conversation, system: event.currentTarget.value })} />
      </details>
    </Stack>
  );
}
