import type { CallFacts } from './measure.js';

/**
 * The texts that a call gives its model to read: the prompt or the messages of text generation, else every text of the input, alone
 * or in a list.
 */
export function textsOf({ version, input }: Pick<CallFacts, 'version' | 'input'>): string[] {
  const fields = Object(input) as Readonly<Record<string, unknown>>;
  if (version.manifest.task !== 'text-generation') return Object.values(fields).flat().filter(isText);
  const { prompt, messages } = fields;
  const contents = Array.isArray(messages) ? messages.map((message) => (Object(message) as { content?: unknown }).content) : [];
  return [prompt, ...contents].filter(isText);
}

/** Unicode code points. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
