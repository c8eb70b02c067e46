import { SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { SafeText } from '../../../../components/safe-text';
import { useStrings } from '../../../../strings';
import type { JsonObject } from '../draft';
import type { InputProps } from '../input-props';
import { generationOf } from '../result/generation';
import { ChatInput } from './chat-input';
import { answeredWith, conversationOf, withConversation, withPrompt } from './conversation';
import { GenerationSettings } from './generation-settings';

type Mode = 'chat' | 'prompt';

/** A conversation or the beginning of a text, as the model takes it, and how it is to go on. */
export function GenerationInput({ modes, settings, draft, problems, answered }: InputProps & { modes: readonly Mode[]; settings: readonly string[] }) {
  const { chat } = useStrings();
  const { input } = draft;
  const [mode, setMode] = useState<Mode>(() => modes.find((name) => name === (typeof input['prompt'] === 'string' ? 'prompt' : 'chat')) ?? modes[0]!);
  const prompt = typeof input['prompt'] === 'string' ? input['prompt'] : '';
  const give = (next: JsonObject) => draft.edit({ input: next, ready: isReady(next), files: {} });

  // The answer to the conversation that is in the form becomes its last message; another's is shown as a result alone.
  useEffect(() => {
    const answer = answered && answered.input === input && mode === 'chat' ? generationOf(answered.output) : undefined;
    if (answer) give(answeredWith(input, answer.text));
  }, [answered]);

  const change = (next: Mode) => {
    setMode(next);
    give(next === 'chat' ? withConversation(input, { system: '', said: [], next: prompt }) : withPrompt(input, conversationOf(input).next));
  };
  return (
    <Stack gap="sm">
      {modes.length > 1 && (
        <SegmentedControl aria-label={chat.mode} value={mode} onChange={change} data={modes.map((value) => ({ value, label: chat.modes[value] }))} style={{ alignSelf: 'flex-start' }} />
      )}
      {mode === 'chat' ? (
        <ChatInput conversation={conversationOf(input)} onChange={(conversation) => give(withConversation(input, conversation))} />
      ) : (
        <Textarea label={chat.prompt} value={prompt} autosize minRows={4} maxRows={16} onChange={(event) => give(withPrompt(input, event.currentTarget.value))} />
      )}
      <GenerationSettings names={settings} input={input} onChange={give} />
      {problems.map(({ path, message }) => (
        <Text key={`${path} ${message}`} size="sm" c="var(--mantine-color-error)">
          <SafeText text={`${path} ${message}`} />
        </Text>
      ))}
    </Stack>
  );
}

function isReady(input: JsonObject): boolean {
  return typeof input['prompt'] === 'string' ? input['prompt'] !== '' : conversationOf(input).next !== '';
}
