import type { JsonObject } from '../draft';
import { objectOf } from '../input-form';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A conversation as it is put together: what was said, and what is about to be. */
export interface Conversation {
  readonly system: string;
  readonly said: readonly Message[];
  /** The next message of the person. */
  readonly next: string;
}

const ROLES = ['system', 'user', 'assistant'] as const;

export function conversationOf(input: JsonObject): Conversation {
  const messages = Array.isArray(input['messages']) ? input['messages'].map(objectOf).flatMap(messageOf) : [];
  const system = messages[0]?.role === 'system' ? messages[0].content : '';
  const said = messages.slice(system === '' ? 0 : 1);
  const last = said.at(-1);
  return last?.role === 'user' ? { system, said: said.slice(0, -1), next: last.content } : { system, said, next: '' };
}

function messageOf({ role, content }: JsonObject): Message[] {
  const known = ROLES.find((name) => name === role);
  return known && typeof content === 'string' ? [{ role: known, content }] : [];
}

/** What is sent of it. A conversation and a prompt are two ways to ask, so no prompt is. */
export function withConversation(input: JsonObject, { system, said, next }: Conversation): JsonObject {
  const messages: readonly Message[] = [
    ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
    ...said,
    ...(next === '' ? [] : [{ role: 'user' as const, content: next }]),
  ];
  return { ...without(input, 'prompt'), messages };
}

/** The conversation with the answer as its last message. */
export function answeredWith(input: JsonObject, text: string): JsonObject {
  const { system, said, next } = conversationOf(input);
  return withConversation(input, { system, said: [...said, { role: 'user', content: next }, { role: 'assistant', content: text }], next: '' });
}

export function withPrompt(input: JsonObject, prompt: string): JsonObject {
  return { ...without(input, 'messages'), prompt };
}

export function without(input: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));
}
