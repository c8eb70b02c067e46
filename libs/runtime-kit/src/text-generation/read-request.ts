import { randomInt } from 'node:crypto';
import { inputErrors } from '../errors.js';
import type { Item } from '../runtime.js';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A request of the task `text-generation`, complete. */
export interface GenerationRequest {
  readonly source: { readonly prompt: string } | { readonly messages: readonly Message[] };
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly stop: readonly string[];
  readonly jsonSchema: Readonly<Record<string, unknown>> | undefined;
}

const ROLES = ['system', 'user', 'assistant'];
const SEED_MAX = 2 ** 32 - 1;
const STOPS_MAX = 8;

/**
 * Reads an item with the defaults of the task. The platform has checked it against the task's schema where the model has that
 * task; a model of one's own task has not.
 * @throws AppError `INPUT.INVALID`
 */
export function readGenerationRequest(item: Item): GenerationRequest {
  if (item['text'] !== undefined) throw invalid('text', 'this model writes text; embeddings are given by a model of the task text-embedding');
  return {
    source: readSource(item),
    maxTokens: readNumber(item, 'maxTokens', { default: 128, min: 1, max: 32_768, integer: true }),
    temperature: readNumber(item, 'temperature', { default: 0.8, min: 0, max: 2 }),
    topP: readNumber(item, 'topP', { default: 1, min: Number.MIN_VALUE, max: 1 }),
    // Said in every case: the default of some libraries is the clock in seconds, read anew at every token.
    seed: readNumber(item, 'seed', { default: randomInt(SEED_MAX), min: 0, max: SEED_MAX, integer: true }),
    stop: readStops(item['stop']),
    jsonSchema: readObject(item['jsonSchema']),
  };
}

function readSource({ prompt, messages }: Item): GenerationRequest['source'] {
  if (prompt !== undefined && messages !== undefined) throw invalid('messages', 'there is a prompt as well; send one of the two');
  if (messages === undefined) return { prompt: readPrompt(prompt) };
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages', 'it is no list of messages');
  return { messages: messages.map(readMessage) };
}

function readMessage(message: unknown, index: number): Message {
  const { role, content } = (message ?? {}) as Partial<Record<string, unknown>>;
  if (typeof role !== 'string' || !ROLES.includes(role)) throw invalid(`messages[${index}].role`, `it is none of ${ROLES.join(', ')}`);
  if (typeof content !== 'string') throw invalid(`messages[${index}].content`, 'it is no text');
  return { role: role as Message['role'], content };
}

function readPrompt(value: unknown): string {
  if (value === undefined) throw invalid('prompt', 'it is missing, and so are messages');
  if (typeof value !== 'string' || value === '') throw invalid('prompt', 'it is no text, or empty');
  return value;
}

function readStops(value: unknown): readonly string[] {
  if (value === undefined) return [];
  const isList = Array.isArray(value) && value.length <= STOPS_MAX && value.every((stop) => typeof stop === 'string' && stop !== '');
  if (!isList) throw invalid('stop', `it is no list of at most ${STOPS_MAX} texts`);
  return value as string[];
}

function readObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('jsonSchema', 'it is no object');
  return value as Record<string, unknown>;
}

interface NumberRule {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
}

function readNumber(item: Item, field: string, rule: NumberRule): number {
  const value = item[field] ?? rule.default;
  const isValid = typeof value === 'number' && value >= rule.min && value <= rule.max && (!rule.integer || Number.isInteger(value));
  if (!isValid) throw invalid(field, `it is no ${rule.integer ? 'whole ' : ''}number from ${rule.min === Number.MIN_VALUE ? 'above 0' : rule.min} to ${rule.max}`);
  return value;
}

function invalid(field: string, reason: string): Error {
  return inputErrors.INVALID({ field, reason });
}
