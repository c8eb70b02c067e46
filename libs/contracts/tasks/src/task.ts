import type { PriceUnit } from '@steelyard/kernel';

/** A JSON Schema 2020-12 as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a model of a task takes and gives. A part that is missing must be written in each model's manifest. */
export interface TaskContract {
  readonly name: string;
  /** For people, e.g. in a list of tasks. */
  readonly title: string;
  readonly input?: JsonSchema;
  readonly output?: JsonSchema;
  /** What a call may be charged by: no more than can be counted of every call of the task. */
  readonly units: readonly PriceUnit[];
}

/** The answer of the classification tasks. Scores are probabilities, 0 to 1. */
export interface Classification {
  readonly label: string;
  readonly score: number;
  readonly scores: readonly { readonly label: string; readonly score: number }[];
}

/** The answer of text generation. */
export interface Generation {
  readonly text: string;
  /** `length`: `maxTokens` was reached or the context was full. */
  readonly finishReason: 'stop' | 'length';
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
}

/** What a stream of text generation hands out; the parts, joined, are the `text` of the answer. */
export interface GenerationPart {
  readonly text: string;
}
