import { tasks } from '@steelyard/tasks';
import type { Bounds, CallFacts, TokenUsage } from './measure.js';
import { textsOf } from './texts.js';

/** What a tokenizer may put around a text by itself: a mark where it begins, a space before the first word. */
const TEXT_TOKENS = 8n;
/** What a chat template writes around each message, and once: some begin with instructions of their own. */
const MESSAGE_TOKENS = 32n;
const TEMPLATE_TOKENS = 256n;

const { properties } = tasks['text-generation'].input as { properties: { maxTokens: { default: number; maximum: number } } };

/** A token is at least a byte of the text, whatever the tokenizer. */
export function inputTokens(call: CallFacts): Bounds {
  const texts = textsOf(call);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const { messages } = Object(call.input) as { messages?: unknown };
  const around = messages === undefined ? TEXT_TOKENS : TEMPLATE_TOKENS + MESSAGE_TOKENS * BigInt(texts.length);
  return { least: 1n, most: BigInt(bytes) + around };
}

/** Runtimes read a request with the defaults of the task. */
export function outputTokens({ input }: CallFacts): Bounds {
  const { maxTokens } = Object(input) as { maxTokens?: unknown };
  const { default: usual, maximum } = properties.maxTokens;
  const most = typeof maxTokens === 'number' && maxTokens >= 0 ? Math.ceil(Math.min(maxTokens, maximum)) : usual;
  return { least: 0n, most: BigInt(most) };
}

/** The `usage` of an answer or of a part of one. */
export function usageOf(value: unknown): TokenUsage | undefined {
  const { usage } = Object(value) as { usage?: unknown };
  if (typeof usage !== 'object' || usage === null) return undefined;
  const { inputTokens, outputTokens } = usage as Partial<Record<string, unknown>>;
  return { inputTokens: countOf(inputTokens), outputTokens: countOf(outputTokens) };
}

function countOf(value: unknown): number {
  const count = Number(value);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
