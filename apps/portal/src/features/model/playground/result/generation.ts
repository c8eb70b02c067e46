import type { Generation } from '@steelyard/tasks';

/** The text of a part of generated text; undefined for other parts. */
export function textOf(part: unknown): string | undefined {
  const text = (part as { text?: unknown } | null)?.text;
  return typeof text === 'string' ? text : undefined;
}

/** An output that looks like generated text, whatever the model's task is called. */
export function generationOf(output: unknown): Generation | undefined {
  const found = output as Partial<Generation> | null | undefined;
  return typeof found?.text === 'string' && typeof found.finishReason === 'string' && typeof found.usage?.outputTokens === 'number' ? (found as Generation) : undefined;
}
