import { describe, expect, it } from '@jest/globals';
import { answeredWith, conversationOf, withConversation, withPrompt } from './conversation';

const user = (content: string) => ({ role: 'user' as const, content });
const assistant = (content: string) => ({ role: 'assistant' as const, content });
const system = { role: 'system', content: 'Be brief.' };

describe('a conversation', () => {
  it('is read from an input and written into one, with what else is in it', () => {
    const input = { messages: [system, user('Hi'), assistant('Hello'), user('How are you?')], temperature: 0 };
    const conversation = conversationOf(input);
    expect(conversation).toEqual({ system: 'Be brief.', said: [user('Hi'), assistant('Hello')], next: 'How are you?' });
    expect(withConversation(input, conversation)).toEqual(input);
  });

  it('goes on with the answer, and waits for the next message', () => {
    const input = answeredWith({ messages: [user('Hi')], seed: 1 }, 'Hello');
    expect(input).toEqual({ seed: 1, messages: [user('Hi'), assistant('Hello')] });
    expect(conversationOf(input).next).toBe('');
  });

  it('and a prompt take the place of each other', () => {
    expect(withPrompt({ messages: [user('Hi')], temperature: 1 }, 'Once')).toEqual({ prompt: 'Once', temperature: 1 });
    expect(withConversation({ prompt: 'Once' }, { system: '', said: [], next: 'Hi' })).toEqual({ messages: [user('Hi')] });
  });

  it('is empty where there is none', () => {
    for (const messages of [undefined, 'Hi', [null, { role: 'user' }, { role: 'robot', content: 'x' }]]) expect(conversationOf({ messages })).toEqual({ system: '', said: [], next: '' });
  });
});
